import CLua

extension LuaCore {
    // MARK: To Lua

    /// The number of any object; gives it one, and defines its type, where it has none.
    func number(of any: AnyLuaObject) throws(LuaConversionError) -> ObjectTable.Number {
        guard let object = any.object as? any LuaObject else {
            throw LuaConversionError("a \(any.typeName) is not a LuaObject")
        }
        return try number(of: object, any)
    }

    private func number<Object: LuaObject>(of object: Object, _ any: AnyLuaObject) throws(LuaConversionError)
        -> ObjectTable.Number
    {
        let type = try define(Object.self)
        let bytes = max(0, object.memoryBytes)
        let id = objects.ids[ObjectIdentifier(object)] ?? objects.add(any, bytes: bytes)
        // Whether the bytes are counted for it now depends on whether it has a userdata: its next use will see to it.
        if objects.entries[id]?.bytes != bytes { objects.entries[id]?.bytes = -1 }
        objects.inFlight.insert(id)
        mayHaveInFlight = true
        return ObjectTable.Number(id: id, type: type, bytes: bytes)
    }

    private func define<Object: LuaObject>(_ type: Object.Type) throws(LuaConversionError) -> Int64 {
        let key = ObjectIdentifier(type)
        if let number = objects.types[key] { return number }
        let description = Object.luaType
        let number = Int64(objects.typeNames.count + 1)
        let bytes = try encodeMembers(of: description)
        let close = try description.close.map(member) ?? 0
        let text = try description.textFunction.map(member) ?? 0
        let name = description.name
        guard unsafe clua_define_object(host, number, name, bytes, bytes.count, close, text) == LUA_OK else {
            throw LuaConversionError("there is not enough memory for the type '\(name)'")
        }
        objects.typeNames.append(name)
        objects.types[key] = number
        return number
    }

    private func member(_ function: LuaHostFunction) throws(LuaConversionError) -> Int64 {
        do throws(LuaError) {
            return try register(function.body, as: function.name)
        } catch {
            throw LuaConversionError(error.message)
        }
    }

    private func encodeMembers<Object: LuaObject>(
        of type: LuaObjectType<Object>
    ) throws(LuaConversionError) -> [UInt8] {
        var writer = ValueWriter(core: self)
        writer.beginTable(members: type.methods.count + type.properties.count)
        for method in type.methods {
            writer.writeText(method.name)
            writer.writeHostFunction(try member(method.function))
        }
        for property in type.properties {
            writer.writeText(property.name)
            try writer.write(.integer(member(property.getter)))
        }
        let settable = type.properties.filter { $0.setter != nil }
        writer.beginTable(members: settable.count)
        for property in settable {
            guard let setter = property.setter else { continue }
            writer.writeText(property.name)
            try writer.write(.integer(member(setter)))
        }
        return writer.bytes
    }

    // MARK: From Lua

    /// The object at a stack index. [-0, +0]
    func object<Object: LuaObject>(
        _ type: Object.Type,
        in state: OpaquePointer,
        at index: Int32
    ) throws(LuaConversionError) -> Object {
        let number = objects.types[ObjectIdentifier(type)] ?? 0
        let id = number == 0 ? 0 : unsafe clua_object_id(state, index, number)
        guard id != 0 else {
            let kind = unsafe kind(in: state, at: index)
            throw LuaConversionError("\(Object.luaType.name) expected, got \(kind)")
        }
        guard id > 0, let entry = objects.entries[id] else {
            throw LuaConversionError("the \(Object.luaType.name) is gone")
        }
        // SAFETY: C has found the metatable that `define` made for this type and no other.
        let object = unsafe unsafeDowncast(entry.object.object, to: Object.self)
        let bytes = max(0, object.memoryBytes)
        if bytes != entry.bytes {
            guard unsafe clua_object_count(state, index, bytes) else {
                let name = Object.luaType.name
                throw LuaConversionError("the \(name) needs more memory than the script may have")
            }
            objects.entries[id]?.bytes = bytes
        }
        return object
    }

    private func kind(in state: OpaquePointer, at index: Int32) -> String {
        let type = unsafe clua_object_type(state, index)
        if type > 0 { return objects.typeNames[Int(type) - 1] }
        // SAFETY: lua_typename returns a static text.
        return unsafe String(cString: lua_typename(state, max(LUA_TNIL, lua_type(state, index))))
    }
}
