import BackupAPI
import Hummingbird

extension Call {
    /// The answer to a list that was asked for with an `Idempotency-Key`: beside the list, what has become of the start with
    /// that key. The header comes back where the service keeps keys, and `Location` names what was started.
    ///
    /// Only the kind of `request` matters: a service that would need more than that to find a start keeps no keys.
    func answer(
        _ list: Answer,
        tellingFateOf request: StartRequest,
        in collection: String
    ) async throws -> Answer {
        guard let key = try idempotencyKey(), let name = HTTPFields.Element.Name("Idempotency-Key")
        else {
            return list
        }
        var answer = list
        switch try await service.reconcile(request, key: key, watermark: "", claimed: []) {
        case .happened(let id):
            answer.headers[name] = headers.first("idempotency-key")
            answer.headers[.location] = links.href(collection, id)
        case .absent: answer.headers[name] = headers.first("idempotency-key")
        case .unknown: break
        }
        return answer
    }
}
