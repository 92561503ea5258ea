#include "cmd/kyma-load/report_page.hpp"

namespace kyma::load {

// The hues are those of Okabe and Ito, which people tell apart whatever their eyes see of colours, made darker on white
// and brighter on black until each has a contrast of 3:1 with the page.
std::string_view report_style() noexcept {
  return R"css(
:root{--page:#f5f6f8;--card:#fff;--ink:#16202c;--soft:#5a6675;--rule:#dfe3e9;--grid:#e6e9ee;--faint:#f0f2f5;
--grey:#737d8a;--sky:#3f97d4;--blue:#0067b1;--orange:#c47a00;--purple:#a8558c;--green:#00875f;--verm:#c8440c;
--good:#00734f;--good-bg:#e2f4ec;--bad:#b3370a;--bad-bg:#fdeae2;--mark:#3d4856}
@media screen and (prefers-color-scheme:dark){
:root{color-scheme:dark;--page:#0e1318;--card:#171e26;--ink:#e6ebf1;--soft:#98a5b3;--rule:#2b3540;--grid:#28313b;
--faint:#1e2630;--grey:#8b97a5;--sky:#8fcdf5;--blue:#4098e0;--orange:#eba530;--purple:#d98abb;--green:#2bb588;
--verm:#f57c4a;--good:#5fd6ac;--good-bg:#12352a;--bad:#ff9a6c;--bad-bg:#40200f;--mark:#c3ccd6}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue","Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1240px;margin:0 auto;padding:32px 24px 48px}
h1{font-size:30px;line-height:1.2;margin:0;letter-spacing:-.01em;font-weight:650}
h2{font-size:18px;margin:36px 0 12px;font-weight:650}
h2 small{font-weight:400;font-size:13px;color:var(--soft);margin-left:8px}
a{color:var(--blue)}
code{font:13px ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
header{display:flex;gap:20px;align-items:center;justify-content:space-between;flex-wrap:wrap}
.eyebrow{margin:0 0 4px;color:var(--soft);font-size:13px;letter-spacing:.02em;overflow-wrap:anywhere}
.badge{font-weight:700;font-size:20px;letter-spacing:.04em;padding:8px 20px;border-radius:10px;border:1px solid}
.good{color:var(--good);background:var(--good-bg)}
.bad{color:var(--bad);background:var(--bad-bg)}
.none{color:var(--soft)}
.trouble{border-left:4px solid var(--bad);background:var(--bad-bg);padding:10px 14px;border-radius:6px;margin:20px 0 0;
overflow-wrap:anywhere}
.tiles{display:flex;flex-wrap:wrap;gap:14px;margin:24px 0 0;padding:0}
.tile,.card,.plot{background:var(--card);border:1px solid var(--rule);border-radius:12px}
.tile{padding:14px 16px;flex:1 1 182px;min-width:0}
.tile dt{font-size:13px;color:var(--soft)}
.tile dd{margin:0}
.tile .value{font-size:25px;line-height:1.25;font-weight:650;letter-spacing:-.01em}
.tile .detail{font-size:13px;color:var(--soft)}
.card{padding:6px 16px;overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;padding:8px 16px 8px 0;border-bottom:1px solid var(--rule);vertical-align:middle}
tr:last-child>th,tr:last-child>td{border-bottom:0}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:500;color:var(--soft);font-size:13px}
tbody th{font-weight:500}
td.number,th.number{text-align:right;white-space:nowrap}
td.text{overflow-wrap:anywhere}
td small,th small{color:var(--soft);font-weight:400;font-size:13px}
.pill{display:inline-block;font-weight:650;font-size:12.5px;padding:1px 10px;border-radius:99px;white-space:nowrap}
.pill.none{border:1px solid var(--rule)}
.meter{position:relative;display:block;width:100%;min-width:90px;height:8px;border-radius:4px;background:var(--faint);
overflow:hidden}
.meter i{position:absolute;left:0;top:0;bottom:0;background:var(--green)}
.meter.miss i{background:var(--verm)}
.meter b{position:absolute;top:0;bottom:0;width:2px;margin-left:-1px;background:var(--ink)}
.plots{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px}
.plot{margin:0;padding:14px 16px 12px;min-width:0;break-inside:avoid}
.plot.wide,.plots:not(:has(.wide))>.plot:last-child:nth-child(odd),
.plots:has(.wide)>.plot:last-child:nth-child(even){grid-column:1/-1}
figcaption,.title{font-size:14px;margin:0 0 10px}
figcaption span,.title span{color:var(--soft);font-size:13px;margin-left:4px}
.chart{position:relative;padding:0 12px 24px 62px}
.area{position:relative;height:190px}
.wide .area{height:300px}
.area svg{display:block;width:100%;height:100%;overflow:visible}
.yaxis{position:absolute;left:0;top:0;bottom:24px;width:56px}
.xaxis{position:absolute;left:62px;right:12px;bottom:0;height:20px}
.yaxis span,.xaxis span{position:absolute;font-size:12px;line-height:16px;color:var(--soft);white-space:nowrap}
.yaxis span{right:0;transform:translateY(50%)}
.xaxis span{transform:translateX(-50%);bottom:0}
.grid{stroke:var(--grid);fill:none;vector-effect:non-scaling-stroke}
.grid.faint{stroke:var(--faint)}
.line{fill:none;stroke-width:2px;stroke-linejoin:round;stroke-linecap:round;vector-effect:non-scaling-stroke}
.line.dots{stroke-width:5px}
.line.dash{stroke-width:1.75px;stroke-dasharray:5 4}
.layer{fill-opacity:.9;stroke:var(--card);stroke-width:.75px;vector-effect:non-scaling-stroke}
.fill{opacity:.14}
.bar{opacity:.85}
.markhalo{stroke:var(--card);stroke-width:3px;opacity:.5;fill:none;vector-effect:non-scaling-stroke}
.markline{stroke:var(--mark);stroke-width:1px;stroke-dasharray:2 3;fill:none;vector-effect:non-scaling-stroke}
.chart.marked{padding-top:18px}
.marked .yaxis{top:18px}
.mark{position:absolute;top:-18px;font-size:12px;line-height:16px;padding-right:6px;white-space:nowrap;overflow:hidden;
text-overflow:ellipsis;color:var(--mark)}
.mark.left{padding:0}
.grey{--c:var(--grey)}.sky{--c:var(--sky)}.blue{--c:var(--blue)}.orange{--c:var(--orange)}.purple{--c:var(--purple)}
.green{--c:var(--green)}.verm{--c:var(--verm)}
.line{stroke:var(--c)}.layer,.fill,.bar{fill:var(--c)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;margin:10px 0 0;padding:0;font-size:13px}
p.legend{color:var(--soft)}
.legend li{display:flex;align-items:center;gap:6px;flex-wrap:wrap}
.legend small{color:var(--soft);font-size:12px}
.key{flex:none;display:inline-block;width:14px;height:10px;border-radius:3px;background:var(--c)}
.key.dash{height:0;border-radius:0;background:none;border-top:2px dashed var(--c)}
.left-out{color:var(--soft);font-size:13px;margin:10px 0 0}
.strip{position:relative;height:26px}
.strip i{position:absolute;top:50%;transform:translateY(-50%)}
.strip .range{height:2px;background:var(--c);opacity:.55}
.strip .body{height:10px;border-radius:5px;background:var(--c);opacity:.85;min-width:2px}
.strip .median{width:12px;height:12px;margin-left:-6px;border-radius:50%;background:var(--card);border:3px solid var(--c)}
.strip .end{width:2px;height:12px;margin-left:-1px;background:var(--c)}
.strip .limit{width:0;height:26px;border-left:1.5px dashed var(--mark)}
.quantiles{margin-bottom:16px;padding-top:14px}
.quantiles table{table-layout:fixed;min-width:640px}
.quantiles thead th,.quantiles tbody tr:last-child>*{border-bottom:0}
.quantiles thead th{padding-bottom:2px;vertical-align:bottom}
.quantiles th:first-child{width:21%}
.quantiles th.number{width:8%}
.quantiles th.number:last-child{width:6.6%}
.quantiles .strips{padding:0 40px 0 24px}
.scale{position:relative;height:18px}
.scale span{position:absolute;transform:translateX(-50%);white-space:nowrap;font-size:12px}
table.verdicts td:last-child{width:34%}
table.options th{width:190px;vertical-align:top;color:var(--soft)}
.cursor{position:absolute;top:0;bottom:0;width:0;border-left:1px solid var(--mark);pointer-events:none}
.tip{position:absolute;top:14px;z-index:2;background:var(--card);border:1px solid var(--rule);border-radius:8px;
padding:6px 10px;font-size:12.5px;line-height:1.5;pointer-events:none;box-shadow:0 4px 16px rgba(0,0,0,.18);
white-space:nowrap}
.tip div{display:flex;align-items:center;gap:6px}
.tip div b{margin-left:auto;padding-left:14px;font-weight:650}
footer{margin-top:36px;color:var(--soft);font-size:13px}
@media (max-width:900px){.plots{grid-template-columns:minmax(0,1fr)}.wide .area{height:250px}
main{padding:24px 16px 40px}h1{font-size:25px}}
@media (max-width:560px){.tile{flex-basis:140px}.tile .value{font-size:20px}
.chart{padding-left:54px}.yaxis{width:48px}.xaxis{left:54px}.xaxis span:nth-child(even){display:none}}
@media print{
:root{--page:#fff;--rule:#ccc}
body{font-size:12px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}.tile,.plot,tr{break-inside:avoid}h2{break-after:avoid}
.area{height:150px}.wide .area{height:210px}.plots{grid-template-columns:repeat(2,minmax(0,1fr))}
.tile{flex-basis:105px;padding:8px 10px}.tile .value{font-size:18px}
.tiles{gap:8px}}
)css";
}

std::string_view report_script() noexcept {
  return R"js(
(() => {
  const round = (v, d) => v.toLocaleString('en', {maximumFractionDigits: d});
  const short = v => round(v, v < 10 ? 2 : v < 100 ? 1 : 0);
  const time = v => v < 1e-3 ? short(v * 1e6) + ' \u00b5s' : v < 1 ? short(v * 1e3) + ' ms'
    : v < 600 ? short(v) + ' s' : v < 10800 ? Math.floor(Math.round(v) / 60) + ' min ' + Math.round(v) % 60 + ' s'
    : short(v / 3600) + ' h';
  const bytes = v => { let u = 0; while (v >= 1024 && u < 4) { v /= 1024; u++; }
    return short(v) + ' ' + ['B', 'KiB', 'MiB', 'GiB', 'TiB'][u]; };
  const formats = {count: v => round(v, v < 10 ? 1 : 0), rate: v => short(v) + '/s', seconds: time, bytes: bytes,
    cores: v => short(v) + (v === 1 ? ' core' : ' cores')};
  const numbers = text => text.split(' ').map(part => part === '-' || part === '' ? NaN : Number(part));
  const make = (tag, cls, text) => { const e = document.createElement(tag); if (cls) e.className = cls;
    if (text) e.textContent = text; return e; };
  const charts = [...document.querySelectorAll('.chart[data-x]')].map(element => {
    const area = element.querySelector('.area');
    const items = [...element.parentNode.querySelectorAll('.legend li')].map(item => ({
      key: item.querySelector('.key').className, name: item.querySelector('span').textContent,
      ys: numbers(item.dataset.y)}));
    return {area, items, xs: numbers(element.dataset.x), format: formats[element.dataset.unit],
      from: Number(element.dataset.from), to: Number(element.dataset.to), cursor: null, tip: null};
  });
  const nearest = (xs, x) => {
    let low = 0, high = xs.length - 1;
    while (low < high) { const middle = (low + high) >> 1; if (xs[middle] < x) low = middle + 1; else high = middle; }
    return low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
  };
  const clear = () => charts.forEach(chart => { chart.cursor?.remove(); chart.tip?.remove();
    chart.cursor = chart.tip = null; });
  const place = (chart, at) => {
    const part = (at - chart.from) / (chart.to - chart.from);
    if (!chart.cursor) chart.area.append(chart.cursor = make('div', 'cursor'));
    chart.cursor.style.left = 100 * part + '%';
    return part;
  };
  const show = (chart, event) => {
    const box = chart.area.getBoundingClientRect();
    const pointed = chart.from + (event.clientX - box.left) / box.width * (chart.to - chart.from);
    const index = nearest(chart.xs, pointed), at = chart.xs[index];
    charts.forEach(other => place(other, at));
    const part = place(chart, at);
    if (!chart.tip) chart.area.append(chart.tip = make('div', 'tip'));
    chart.tip.replaceChildren(make('div', '', 'at ' + time(at)), ...chart.items.map(item => {
      const row = make('div'), value = item.ys[index];
      row.append(make('i', item.key), make('span', '', item.name),
        make('b', '', Number.isNaN(value) ? '\u2013' : chart.format(value)));
      return row;
    }));
    chart.tip.style.left = part < .5 ? 'calc(' + 100 * part + '% + 12px)' : '';
    chart.tip.style.right = part < .5 ? '' : 'calc(' + 100 * (1 - part) + '% + 12px)';
  };
  for (const chart of charts) {
    if (!chart.xs.length) continue;
    chart.area.addEventListener('pointermove', event => show(chart, event));
    chart.area.addEventListener('pointerleave', clear);
  }
})();
)js";
}

}  // namespace kyma::load
