#if FUZZING
    import Foundation

    typealias Input = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32

    /// libFuzzer's own main program.
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ count: UnsafeMutablePointer<Int32>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
        _ input: Input
    ) -> Int32

    func fuzz(_ subject: Subject, _ arguments: [String]) -> Int32 {
        var count = Int32(arguments.count)
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = .allocate(
            capacity: arguments.count + 1
        )
        for (index, argument) in arguments.enumerated() { list?[index] = strdup(argument) }
        list?[arguments.count] = nil
        return switch subject {
        case .source: runDriver(&count, &list) { check(.source, $0, $1) }
        case .values: runDriver(&count, &list) { check(.values, $0, $1) }
        }
    }

    private func check(_ subject: Subject, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        subject.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }
#endif
