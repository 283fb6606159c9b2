-- For wrk: each connection rests so many milliseconds between two requests. `wrk -s gentle.lua URL -- 2`
local rest_ms = 2

function init(words)
  rest_ms = tonumber(words[1]) or rest_ms
end

function delay()
  return rest_ms
end
