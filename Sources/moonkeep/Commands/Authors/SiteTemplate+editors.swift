extension SiteTemplate {
    /// The folder of a site in which editors and luacheck find what scripts can use.
    static let typesFolder = "types"

    /// `.luarc.json` of lua-language-server (https://luals.github.io/wiki/settings): scripts are Lua 5.4 without the libraries
    /// that the sandbox does not have, and find modules where `require` of a site does.
    static let editorSettings = """
        {
          "$schema": "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
          "runtime.version": "Lua 5.4",
          "runtime.path": [
            "?.lua",
            "lib/?.lua",
            "lib/?/init.lua",
            "plugins/?/plugin.lua",
            "plugins/?.lua",
            "plugins/?/init.lua"
          ],
          "runtime.builtin": {
            "debug": "disable",
            "io": "disable",
            "os": "disable"
          },
          "workspace.library": ["\(typesFolder)"],
          "workspace.ignoreDir": ["state", "repository"],
          "workspace.checkThirdParty": false
        }

        """

    /// `.luacheckrc` (https://luacheck.readthedocs.io/en/stable/config.html).
    static let luacheckSettings = """
        -- Scripts of this site find what types/luacheck.lua says; 'moonkeep types' writes it again.
        stds.moonkeep = require "\(typesFolder).luacheck"
        std = "moonkeep"
        max_line_length = false
        exclude_files = { "\(typesFolder)" }
        -- Tests find 'test' and 'expect' too.
        stds.moonkeep_test = require "\(typesFolder).luacheck_test"
        files["**/test/*.lua"] = { std = "+moonkeep_test" }
        files["**/*_test.lua"] = { std = "+moonkeep_test" }

        """
}
