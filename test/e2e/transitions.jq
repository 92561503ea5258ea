# Reads what record_components wrote and checks every component's way through its lifecycle: each state once, in order,
# scheduled exactly 1 s, N s, N s and N s after one another (N: the length of its name), and none seen before its instant.
# Prints {components, transitions, faults}.
def microseconds: capture("^(?<whole>[^.]+)(\\.(?<fraction>[0-9]+))?Z$")
  | (.whole + "Z" | fromdateiso8601) * 1000000 + ((.fraction // "0") + "000000" | .[0:6] | tonumber);
def order: ["pending", "started", "failing", "retrying", "success"];

group_by(.name)
| map(
    {name: .[0].name, n: (.[0].component | length),
     steps: [.[] | select(.state != null) | . + {due: (.scheduled | microseconds)}]}
    # The same state seen again (an unrelated change) is no second transition.
    | .steps |= reduce .[] as $s ([]; if length > 0 and .[-1].state == $s.state then . else . + [$s] end)
    | . as $c
    | .faults = (
        [ if [.steps[].state] != order then "states \([.steps[].state] | join(" "))" else empty end,
          (.steps[] | select(.at * 1000000 < .due) | "\(.state) seen before its instant"),
          (range(1; .steps | length) as $i
            | (if $i == 1 then 1 else $c.n end) as $delay
            | select(.steps[$i].due - .steps[$i - 1].due != $delay * 1000000)
            | "\(.steps[$i].state) scheduled \((.steps[$i].due - .steps[$i - 1].due) / 1000000) s after, not \($delay)") ]))
| {components: length, transitions: (map(.steps | length) | add),
   faults: [.[] | select(.faults != []) | "\(.name): \(.faults | join(", "))"]}
