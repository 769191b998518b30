-- A server that has been found to take writes is the only one: the former master is taken for down in that moment, when its
-- next check would tell a little later. Should it take writes still, that check finds it again.
core.event_sub({ "SERVER_UP" }, function(_, up)
  if up.proxy_name ~= "writable" then return end
  for name, server in pairs(core.backends["writable"].servers) do
    if name ~= up.name then server:check_force_down() end
  end
end)
