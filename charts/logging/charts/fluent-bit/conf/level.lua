-- Makes one field "level" with one spelling out of what programs write.
local names = {
  trace = "trace", debug = "debug", info = "info", information = "info", notice = "info",
  warn = "warning", warning = "warning", error = "error", err = "error", fatal = "critical", critical = "critical",
}

function normalise_level(tag, timestamp, record)
  local found = record["level"] or record["severity"] or record["lvl"]
  if type(found) ~= "string" then
    return 0, timestamp, record
  end
  record["severity"] = nil
  record["lvl"] = nil
  record["level"] = names[string.lower(found)] or "unknown"
  return 2, timestamp, record
end
