-- Shows a backup's progress in words of its own, each time another quarter is done.
-- Needs: --configuration NAME; without it the site's first configuration is taken.

local name = run.args.configuration or backup.configurations()[1].name
local shown = -1

local function on_progress(progress)
  local quarter = progress.fraction and math.floor(progress.fraction * 4) or 0
  if quarter > shown then
    shown = quarter
    print(("%s: %d %% of %d files"):format(name, quarter * 25, progress.total_files))
  end
end

local result = backup.run(name, { on_progress = on_progress })
print(("%s: %s, %d bytes in %d files"):format(name, result.state, result.bytes_searched, result.files_searched))
report.add(result)
