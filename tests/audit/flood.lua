-- Floods a server and looks at every answer: 200, or 503 as a problem with Retry-After.
local thread_of = nil
accepted, refused, wrong = 0, 0, 0
local n, target = 0, ""

function setup(thread) thread_of = thread end

function init(args)
  target, n = args[1], tonumber(args[2])
end

function request()
  n = n + 1
  return wrk.format("GET", (target:gsub("N", n % 9000000)))
end

function response(status, headers, _)
  local kind, retry = "", nil
  for name, value in pairs(headers) do
    local lower = name:lower()
    if lower == "content-type" then kind = value end
    if lower == "retry-after" then retry = value end
  end
  if status == 200 then
    accepted = accepted + 1
  elseif status == 503 and kind == "application/problem+json" and retry then
    refused = refused + 1
  else
    wrong = wrong + 1
  end
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    '\n{"accepted": %d, "refused": %d, "wrong": %d, "failed": %d, "seconds": %.3f, "p99": %d}\n',
    thread_of:get("accepted"), thread_of:get("refused"), thread_of:get("wrong"),
    e.connect + e.read + e.write + e.timeout, summary.duration / 1e6, latency:percentile(99)))
end
