/// All operations of the contract's index (2.0), in its order, with those that are left out.
enum Operations {
    static let all: [Route] =
        HealthOperations.routes + ActivityOperations.routes + AgentOperations.routes + leftOutOfAgents
        + BackupOperations.routes + CleanupOperations.routes + ConfigurationOperations.routes
        + EventOperations.routes + RestoreOperations.routes + leftOutOfSettings

    /// What only programs on other hosts would do, or a vault in Cloud Files has.
    private static let leftOutOfAgents: [Route] = {
        let agents = "the agent is this host itself, and others cannot be registered"
        let vault = "the service keeps its own repository instead of a vault"
        let logs = "the agent's log is the server's own"
        return [
            .leftOut("POST", "/agents/tokens", agents),
            .leftOut("POST", "/agents", agents),
            .leftOut("PATCH", "/agents/{agent_id}", agents),
            .leftOut("DELETE", "/agents/{agent_id}", agents),
            .leftOut("GET", "/agents/{agent_id}/configuration", agents),
            .leftOut("POST", "/agents/{agent_id}/logfiles", logs),
            .leftOut("GET", "/agents/{agent_id}/logfiles", logs),
            .leftOut("GET", "/agents/{agent_id}/logfiles/{logfile_id}", logs),
            .leftOut("PATCH", "/agents/{agent_id}/logfiles/{logfile_id}", logs),
            .leftOut("DELETE", "/agents/{agent_id}/logfiles/{logfile_id}", logs),
            .leftOut("POST", "/agents/{agent_id}/vault", vault),
            .leftOut("POST", "/agents/{agent_id}/vault-encryption-requests", vault),
            .leftOut("POST", "/agents/{agent_id}/vault-encryption-requests/{request_id}", vault),
            .leftOut("GET", "/agents/{agent_id}/vault-encryption-requests/{request_id}", vault),
            .leftOut("POST", "/agents/{agent_id}/vault-password-verification-requests", vault),
            .leftOut("POST", "/agents/{agent_id}/vault-password-verification-requests/{request_id}", vault),
            .leftOut("GET", "/agents/{agent_id}/vault-password-verification-requests/{request_id}", vault),
        ]
    }()

    private static let leftOutOfSettings: [Route] = {
        let summaries = "no summaries are sent; a schedule of reports does that"
        return [
            .leftOut("GET", "/settings/summaries", summaries),
            .leftOut("PUT", "/settings/summaries", summaries),
        ]
    }()
}
