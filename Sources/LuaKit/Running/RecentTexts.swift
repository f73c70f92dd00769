import Glibc

/// Texts that were read from Lua lately, so that the same string, say an id, is not allocated for each call.
///
/// Lua keeps one copy of each string of up to 40 bytes, at one address while it lives: the address finds the text, and
/// its bytes tell whether it is still the same. Shorter texts need no allocation, longer ones are seldom repeated.
@safe struct RecentTexts: ~Copyable {
    static let lengths = 16...40
    private static let count = 64
    /// INVARIANT: `count` texts are initialized there while the value lives.
    private let texts: UnsafeMutablePointer<String>

    init() {
        unsafe texts = UnsafeMutablePointer<String>.allocate(capacity: Self.count)
        unsafe texts.initialize(repeating: "", count: Self.count)
    }

    deinit {
        unsafe texts.deinitialize(count: Self.count)
        unsafe texts.deallocate()
    }

    /// The text of bytes at an address that Lua gave; `make` makes it where it is not remembered.
    func text(of bytes: UnsafeBufferPointer<UInt8>, make: () -> String?) -> String? {
        let place = Int(bitPattern: bytes.baseAddress) >> 4 & (Self.count - 1)
        // SAFETY: the place is one of the texts, and both buffers live during the comparison.
        let count = bytes.count
        let isSame =
            unsafe texts[place].utf8.count == count
            && texts[place].utf8.withContiguousStorageIfAvailable { known in
                guard let known = known.baseAddress, let bytes = bytes.baseAddress else { return false }
                return unsafe memcmp(known, bytes, count) == 0
            } == true
        if isSame { return unsafe texts[place] }
        guard let text = make() else { return nil }
        unsafe texts[place] = text
        return text
    }
}
