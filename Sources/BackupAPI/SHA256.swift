/// The SHA-256 digest of FIPS 180-4: the journal keeps each script once by it, and the server knows tokens by it only.
///
/// A package for it would cost an embedder more than all else here.
package struct SHA256: Sendable {
    private var state = Self.initialState
    private var words = [UInt32](repeating: 0, count: 64)
    /// Fewer than 64 bytes that wait for more.
    private var rest: [UInt8] = []
    private var count = 0

    /// A digest of no bytes yet.
    package init() {}

    /// The digest of bytes as 64 hexadecimal digits.
    package static func hexDigest(of bytes: [UInt8]) -> String {
        var digest = SHA256()
        digest.add(bytes)
        return digest.finish()
    }

    /// Adds bytes to those that are digested.
    package mutating func add(_ bytes: [UInt8]) {
        count += bytes.count
        let all = rest.isEmpty ? bytes : rest + bytes
        let whole = all.count / 64 * 64
        for block in stride(from: 0, to: whole, by: 64) {
            for index in 0..<16 {
                let start = block + index * 4
                let (high, low) = (UInt32(all[start]) << 8, UInt32(all[start + 2]) << 8)
                words[index] = (high | UInt32(all[start + 1])) << 16 | low | UInt32(all[start + 3])
            }
            Self.extend(&words)
            Self.mix(words, into: &state)
        }
        rest = Array(all[whole...])
    }

    /// The digest as 64 hexadecimal digits; nothing can be added afterwards.
    package mutating func finish() -> String {
        add(Self.padding(after: count))
        return Self.hexadecimal(state)
    }

    private static func hexadecimal(_ state: [UInt32]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for word in state {
            for shift in stride(from: 28, through: 0, by: -4) {
                text.append(digits[Int(word >> shift & 0xf)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A set bit, zeros, and the length in bits, so that blocks of 64 bytes result (5.1.1).
    private static func padding(after count: Int) -> [UInt8] {
        let zeros = (119 - count % 64) % 64
        let length = UInt64(count) * 8
        let big = (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
        return [0x80] + [UInt8](repeating: 0, count: zeros) + big
    }

    /// The message schedule (6.2.2, step 1).
    private static func extend(_ words: inout [UInt32]) {
        for index in 16..<64 {
            let (near, far) = (words[index - 15], words[index - 2])
            let small = rotate(near, 7) ^ rotate(near, 18) ^ near >> 3
            let large = rotate(far, 17) ^ rotate(far, 19) ^ far >> 10
            words[index] = words[index - 16] &+ small &+ words[index - 7] &+ large
        }
    }

    /// One block (6.2.2, steps 2 to 4), with the standard's names: an array would be made anew in every round.
    private static func mix(_ words: [UInt32], into state: inout [UInt32]) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let choice = e & f ^ ~e & g
            let majority = a & b ^ a & c ^ b & c
            let rotated = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let first = h &+ rotated &+ choice &+ constants[index] &+ words[index]
            let second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
            (h, g, f, e) = (g, f, e, d &+ first)
            (d, c, b, a) = (c, b, a, first &+ second)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }

    private static func rotate(_ word: UInt32, _ bits: UInt32) -> UInt32 {
        word >> bits | word << (32 - bits)
    }

    private static let initialState: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
        0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
        0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
        0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
        0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
        0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
        0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
        0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
        0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
