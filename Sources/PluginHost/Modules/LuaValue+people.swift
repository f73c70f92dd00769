import BackupAPI
import LuaKit

extension LuaValue {
    /// The value as one line of text for people: a scalar as `tostring` shows it, a table as JSON.
    package var textForPeople: String {
        switch self {
        case .string(let bytes): bytes.lossyText
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .nil: "nil"
        case .null: "null"
        case .function: "function"
        case .table: (try? JSONText.encode(self)) ?? "table"
        }
    }
}
