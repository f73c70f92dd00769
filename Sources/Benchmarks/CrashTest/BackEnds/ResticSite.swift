struct ResticSite: Codable, Sendable { var folder: String }
