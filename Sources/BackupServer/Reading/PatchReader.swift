import BackupAPI

/// One operation of a JSON Patch (RFC 6902; contract 4).
struct PatchOperation {
    /// Its number in the document, from 0, for messages.
    let index: Int
    let path: String
    let value: JSONValue

    /// The operations of a document. Throws a 400 with each one that the resource does not allow.
    ///
    /// A hyphen in a path counts as an underscore, since the documentation writes some both ways (6.2).
    static func read(
        _ document: JSONValue,
        operations allowed: [String],
        paths: [String]
    ) throws(Fault) -> [PatchOperation] {
        guard case .array(let elements) = document else {
            throw .badRequest("the body is \(document.kind), and must be an array of operations")
        }
        var reader = ObjectReader(document)
        let operations = elements.enumerated().compactMap { index, element in
            reader.nested(element, at: "[\(index)]") { fields -> PatchOperation? in
                let operation = fields.string("op")
                let path = fields.string("path")?.replacing("-", with: "_")
                if let operation, !allowed.contains(operation) {
                    let list = allowed.joined(separator: ", ")
                    fields.note("[\(index)].op: '\(operation)' is not allowed here; allowed: \(list)")
                }
                if let path, !paths.contains(path) {
                    let list = paths.joined(separator: ", ")
                    fields.note("[\(index)].path: '\(path)' cannot be changed; allowed: \(list)")
                }
                guard let value = element["value"] else {
                    fields.note("[\(index)].value missing")
                    return nil
                }
                return path.map { PatchOperation(index: index, path: $0, value: value) }
            }
        }
        guard reader.problems.isEmpty else { throw .validation(reader.problems) }
        return operations
    }
}
