/// A function of a compiled chunk, with what is needed to find its uses of globals.
struct ChunkFunction {
    var firstLine = 0
    var code: [UInt32] = []
    /// Texts by index; `nil` for constants of other kinds.
    var constants: [String?] = []
    var upvalueNames: [String] = []
    /// The line of each instruction.
    var lines: [Int] = []
}

/// Reads the format that `lua_dump` of Lua 5.4 writes (`ldump.c`), of a chunk made by this process.
struct ChunkReader {
    private let bytes: [UInt8]
    private var position = 0
    private var functions: [ChunkFunction] = []

    /// Signature, version, format, check data, three sizes, and two sample numbers of eight bytes.
    private static let headerBytes = 4 + 1 + 1 + 6 + 3 + 8 + 8

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func readChunk() -> [ChunkFunction] {
        position = Self.headerBytes + 1
        readFunction()
        return functions.sorted { $0.firstLine < $1.firstLine }
    }

    private mutating func readFunction() {
        var function = ChunkFunction()
        _ = readString()
        function.firstLine = readNumber()
        _ = readNumber()
        position += 3
        for _ in 0..<readNumber() { function.code.append(readInstruction()) }
        for _ in 0..<readNumber() { function.constants.append(readConstant()) }
        position += readNumber() * 3
        for _ in 0..<readNumber() { readFunction() }
        readDebugInformation(of: &function)
        functions.append(function)
    }

    private mutating func readDebugInformation(of function: inout ChunkFunction) {
        let deltas = (0..<readNumber()).map { _ in Int(Int8(bitPattern: readByte())) }
        var absolute: [Int: Int] = [:]
        for _ in 0..<readNumber() {
            let instruction = readNumber()
            absolute[instruction] = readNumber()
        }
        var line = function.firstLine
        for (instruction, delta) in deltas.enumerated() {
            line = delta == -128 ? absolute[instruction] ?? line : line + delta
            function.lines.append(line)
        }
        for _ in 0..<readNumber() {
            _ = readString()
            _ = readNumber()
            _ = readNumber()
        }
        for _ in 0..<readNumber() { function.upvalueNames.append(readString() ?? "") }
    }

    private mutating func readConstant() -> String? {
        switch readByte() {
        case 0x03, 0x13: position += 8
        case 0x04, 0x14: return readString()
        default: break
        }
        return nil
    }

    private mutating func readByte() -> UInt8 {
        defer { position += 1 }
        return bytes[position]
    }

    /// Seven bits a byte, the highest first; the last byte has its top bit set.
    private mutating func readNumber() -> Int {
        var value = 0
        while true {
            let byte = readByte()
            value = value << 7 | Int(byte & 0x7f)
            if byte & 0x80 != 0 { return value }
        }
    }

    private mutating func readString() -> String? {
        let size = readNumber()
        guard size > 0 else { return nil }
        defer { position += size - 1 }
        return String(decoding: bytes[position..<position + size - 1], as: UTF8.self)
    }

    private mutating func readInstruction() -> UInt32 {
        defer { position += 4 }
        let parts = bytes[position..<position + 4].map(UInt32.init)
        return UInt32(littleEndian: parts[0] | parts[1] << 8 | parts[2] << 16 | parts[3] << 24)
    }
}

/// An instruction of Lua 5.4 (`lopcodes.h`).
private struct Instruction {
    let word: UInt32

    var operation: UInt32 { word & 0x7f }
    var a: Int { Int(word >> 7 & 0xff) }
    var b: Int { Int(word >> 16 & 0xff) }
    var c: Int { Int(word >> 24 & 0xff) }
    var bx: Int { Int(word >> 15) }

    static let loadConstant: UInt32 = 3
    static let getGlobal: UInt32 = 11
    static let getField: UInt32 = 14
    static let setGlobal: UInt32 = 15
    static let prepareArguments: UInt32 = 81
}

extension ChunkFunction {
    /// The uses of globals: fields of the upvalue `_ENV`.
    var globalUses: [LuaGlobalUse] {
        code.indices.compactMap { index in
            let instruction = Instruction(word: code[index])
            switch instruction.operation {
            case Instruction.getGlobal where isEnvironment(instruction.b):
                guard let name = constant(instruction.c) else { return nil }
                return use(of: name, at: index, register: instruction.a)
            case Instruction.setGlobal where isEnvironment(instruction.a):
                guard let name = constant(instruction.b) else { return nil }
                return LuaGlobalUse(name: name, line: line(at: index), isAssignment: true)
            default: return nil
            }
        }
    }

    /// The lines that have something to run: not what begins a function with `...`, and not the return that the compiler
    /// puts at the end of each.
    var executableLines: Set<Int> {
        let steps = code.indices.dropLast().filter { index in
            Instruction(word: code[index]).operation != Instruction.prepareArguments
        }
        return Set(steps.map(line(at:)))
    }

    /// A read global, and what the next instructions do with it.
    private func use(of name: String, at index: Int, register: Int) -> LuaGlobalUse {
        var use = LuaGlobalUse(name: name, line: line(at: index), isAssignment: false)
        var next = index + 1
        var function = register
        if let field = instruction(at: next), field.operation == Instruction.getField, field.b == register {
            use.member = constant(field.c)
            use.line = line(at: next)
            function = field.a
            next += 1
        }
        if let load = instruction(at: next), load.operation == Instruction.loadConstant,
            load.a == function + 1
        {
            use.firstArgument = constant(load.bx)
        }
        return use
    }

    private func instruction(at index: Int) -> Instruction? {
        index < code.count ? Instruction(word: code[index]) : nil
    }

    private func isEnvironment(_ upvalue: Int) -> Bool {
        upvalue < upvalueNames.count && upvalueNames[upvalue] == "_ENV"
    }

    private func constant(_ index: Int) -> String? {
        index < constants.count ? constants[index] : nil
    }

    private func line(at index: Int) -> Int {
        index < lines.count ? lines[index] : firstLine
    }
}
