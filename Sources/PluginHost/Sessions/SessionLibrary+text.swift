extension SessionLibrary {
    /// Returns two functions: one runs a text and returns the texts of its values, the other lists what can be typed. It is
    /// given the names of the modules.
    static let text = #"""
        local load, next, pcall, select, tostring, type = load, next, pcall, select, tostring, type
        local concat, sort, unpack = table.concat, table.sort, table.unpack
        local format, find, gsub = string.format, string.find, string.gsub
        local byte, rep, sub = string.byte, string.rep, string.sub
        local error, ipairs, rawget, globals = error, ipairs, rawget, _G
        local math_type, utf8_length = math.type, utf8.len

        local WIDTH, DEPTH, ELEMENTS, BYTES, NAMES = 76, 6, 300, 2000, 3000

        -- The texts of the host's modules and their functions.
        local known, is_module = {}, {}
        for _, name in ipairs({ ... }) do
          local module = globals[name]
          known[module], is_module[module] = "module " .. name, true
          for member, value in pairs(module) do
            if type(value) == "function" then known[value] = "function " .. name .. "." .. member end
          end
        end

        local ESCAPES = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }

        local function escaped(character)
          return ESCAPES[character] or format("\\x%02X", byte(character))
        end

        local function quoted(text)
          local rest = #text - BYTES
          if rest > 0 then
            text = sub(text, 1, BYTES)
            local _, broken = utf8_length(text)
            if broken and #text - broken < 3 then text = sub(text, 1, broken - 1) end
          end
          local is_text = utf8_length(text)
          text = gsub(text, is_text and '[%c"\\]' or '[%c"\\\x80-\xFF]', escaped)
          return '"' .. text .. '"' .. (rest > 0 and format(" … %d bytes more", rest) or "")
        end

        local KEYWORDS = {}
        for word in string.gmatch(
          "and break do else elseif end false for function goto if in local nil not or repeat return then true until "
            .. "while",
          "%a+"
        ) do
          KEYWORDS[word] = true
        end

        local function is_name(key)
          return type(key) == "string" and find(key, "^[%a_][%w_]*$") and not KEYWORDS[key]
        end

        local RANKS = { number = 1, string = 2 }

        -- Numbers come first, then texts, then all else.
        local function is_before(one, other)
          local left, right = RANKS[type(one)] or 3, RANKS[type(other)] or 3
          if left ~= right then return left < right end
          if left < 3 then return one < other end
          return tostring(one) < tostring(other)
        end

        local show

        local function key_text(key)
          if is_name(key) then return key end
          if type(key) == "string" then return "[" .. quoted(key) .. "]" end
          return "[" .. (type(key) == "table" and "table" or tostring(key)) .. "]"
        end

        -- The elements of a table as texts, until there are too many.
        local function parts_of(value, depth, limits)
          local parts, keys, length = {}, {}, #value
          for key in next, value do
            local is_element = math_type(key) == "integer" and key >= 1 and key <= length
            if not is_element then keys[#keys + 1] = key end
          end
          for index = 1, length do
            if limits.left <= 0 then break end
            parts[index] = show(rawget(value, index), depth + 1, limits)
          end
          if #keys <= 10 * ELEMENTS then sort(keys, is_before) end
          for _, key in ipairs(keys) do
            if limits.left <= 0 then break end
            parts[#parts + 1] = key_text(key) .. " = " .. show(rawget(value, key), depth + 1, limits)
          end
          local rest = length + #keys - #parts
          if rest > 0 then parts[#parts + 1] = format("… %d more", rest) end
          return parts
        end

        -- Short elements of a list, as many on a line as there is room.
        local function filled(parts, indent)
          local lines, line = {}, ""
          for index, part in ipairs(parts) do
            local element = part .. (index < #parts and "," or "")
            if line ~= "" and #line + #element + #indent > WIDTH then
              lines[#lines + 1], line = line, ""
            end
            line = line .. (line == "" and "" or " ") .. element
          end
          lines[#lines + 1] = line
          return concat(lines, indent)
        end

        local function table_text(value, depth, limits)
          if next(value) == nil then return "{}" end
          if depth >= DEPTH or limits.open[value] then return "{…}" end
          limits.open[value] = true
          local parts = parts_of(value, depth, limits)
          limits.open[value] = nil
          local line = "{ " .. concat(parts, ", ") .. " }"
          if not find(line, "\n", 1, true) and #line + 2 * depth <= WIDTH then return line end
          local indent = "\n" .. rep("  ", depth + 1)
          local is_list = #value > 0 and not find(line, "[\n{=]", 2)
          local body = is_list and filled(parts, indent) or concat(parts, "," .. indent)
          return "{" .. indent .. body .. "\n" .. rep("  ", depth) .. "}"
        end

        function show(value, depth, limits)
          limits.left = limits.left - 1
          if type(value) == "string" then return quoted(value) end
          if known[value] then return known[value] end
          local is_told, text = pcall(tostring, value)
          if not is_told then return type(value) end
          if type(value) == "table" and find(text, "^table") then return table_text(value, depth, limits) end
          return text
        end

        local function texts(...)
          local all = {}
          for index = 1, select("#", ...) do
            all[index] = show((select(index, ...)), 0, { left = ELEMENTS, open = {} })
          end
          return unpack(all)
        end

        local function run(text)
          local chunk, problem = load(text, "@repl")
          if not chunk then error(problem, 0) end
          return texts(chunk())
        end

        local function names()
          local list, seen = {}, {}
          local function walk(container, prefix, depth)
            seen[container] = true
            for key, value in next, container do
              if #list >= NAMES then return end
              if is_name(key) and not (depth == 1 and is_module[value]) then
                list[#list + 1] = prefix .. key .. (type(value) == "function" and "(" or "")
                if type(value) == "table" and not is_module[value] and not seen[value] and depth < 4 then
                  walk(value, prefix .. key .. ".", depth + 1)
                end
              end
            end
          end
          walk(globals, "", 1)
          return list
        end

        return run, names
        """#
}
