import Foundation
import LuaKit

extension LuaValue {
    /// The value as one line of text for people: a scalar as `tostring` shows it, a table as JSON.
    package var textForPeople: String {
        switch self {
        case .string(let bytes): bytes.lossyText
        case .integer(let integer): "\(integer)"
        case .number(let number): number.luaText
        case .boolean(let flag): "\(flag)"
        case .nil: "nil"
        case .null: "null"
        case .function: "function"
        case .object(let object): object.text
        case .reference: "table"
        case .table: JournalText.encode(self)
        }
    }
}

extension Double {
    /// The number as Lua's `tostring` shows it: 14 digits, and never like an integer (manual 3.4.3).
    fileprivate var luaText: String {
        let text = String(format: "%.14g", self)
        return text.contains { !$0.isNumber && $0 != "-" } ? text : text + ".0"
    }
}
