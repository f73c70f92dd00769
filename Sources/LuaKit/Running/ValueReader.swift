import CLua

/// Reads values from the encoded form that `clua_pull` writes.
struct ValueReader: ~Copyable {
    private let bytes: [UInt8]
    private var position = 0
    private let slots: SlotRegistry
    private let fieldsOfError: (Int64) -> LuaValue
    private let object: (Int64) -> LuaValue

    init(
        _ bytes: [UInt8],
        slots: SlotRegistry,
        fieldsOfError: @escaping (Int64) -> LuaValue,
        object: @escaping (Int64) -> LuaValue
    ) {
        self.bytes = bytes
        self.slots = slots
        self.fieldsOfError = fieldsOfError
        self.object = object
    }

    mutating func read() -> LuaValue {
        let tag = Int(bytes[position])
        position += 1
        switch tag {
        case Int(CLUA_TAG_FALSE): return .boolean(false)
        case Int(CLUA_TAG_TRUE): return .boolean(true)
        case Int(CLUA_TAG_NULL): return .null
        case Int(CLUA_TAG_INTEGER): return .integer(Int64(bitPattern: raw()))
        case Int(CLUA_TAG_NUMBER): return .number(Double(bitPattern: raw()))
        case Int(CLUA_TAG_STRING): return .string(string())
        case Int(CLUA_TAG_TABLE): return table()
        case Int(CLUA_TAG_REFERENCE):
            return .function(LuaFunction(slot: Int64(bitPattern: raw()), slots: slots))
        case Int(CLUA_TAG_ERROR): return fieldsOfError(Int64(bitPattern: raw()))
        case Int(CLUA_TAG_LIST): return .table(LuaTableValue(mark: .list))
        case Int(CLUA_TAG_RECORD): return .table(LuaTableValue(mark: .record))
        case Int(CLUA_TAG_OBJECT): return object(Int64(bitPattern: raw()))
        default: return .nil
        }
    }

    private mutating func table() -> LuaValue {
        let count = Int(raw())
        let pairs = Int(raw())
        var table = LuaTableValue()
        table.items.reserveCapacity(count)
        for _ in 0..<count { table.items.append(read()) }
        table.fields.reserveCapacity(pairs)
        for _ in 0..<pairs {
            let key = read()
            table.fields[key] = read()
        }
        return .table(table)
    }

    private mutating func string() -> LuaBytes {
        let count = Int(raw())
        defer { position += count }
        return LuaBytes(bytes[position..<position + count])
    }

    /// Eight bytes in native order.
    private mutating func raw() -> UInt64 {
        defer { position += 8 }
        // SAFETY: `clua_pull` wrote eight bytes here, and loadUnaligned checks the bounds.
        return unsafe bytes.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        }
    }
}
