extension WorkflowError {
    /// A schedule that cannot be read.
    package static func badSchedule(_ problem: ArgumentProblem, script: String) -> WorkflowError {
        WorkflowError(
            .badManifest,
            script,
            "the manifest's 'schedule': \(problem.problem)",
            field: "schedule"
        )
    }

    /// A schedule of a workflow that somebody has to give something.
    package static func required(_ argument: WorkflowArgument, script: String) -> WorkflowError {
        WorkflowError(
            .badManifest,
            script,
            "it has a schedule, and nobody gives the argument '\(argument.name)' then",
            fix: "Give the argument a default, or leave the schedule out.",
            field: "schedule"
        )
    }
}
