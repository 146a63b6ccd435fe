-- A comment in each request: the next of the threads, with a key of its own, as htmx sends the form.
-- Arguments: a file whose first line is the token of the forms, then an address a line; and a name for this run.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  local file = assert(io.open(args[1]))
  token = file:read("l")
  addresses = {}
  for line in file:lines() do
    addresses[#addresses + 1] = line
  end
  file:close()
  run = args[2]
  sent = 0
  wrk.headers["HX-Request"] = "true"
  wrk.headers["Sec-Fetch-Site"] = "same-origin"
  wrk.headers["Accept-Encoding"] = "gzip"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end

function request()
  sent = sent + 1
  local at = (sent * 7 + number * 131) % #addresses + 1
  local key = string.format("%s-%02d-%010d", run, number, sent)
  local text = string.format("Vi+trenger+tallene+for+kaia.+Svar+%d.", sent)
  return wrk.format("POST", addresses[at], nil, "csrf_token=" .. token .. "&key=" .. key .. "&text=" .. text)
end
