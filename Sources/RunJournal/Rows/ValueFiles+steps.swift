extension StepRecord {
    /// The step as the table holds it.
    func storing(in files: ValueFiles) throws -> StepRecord {
        try mapTexts { try files.column(for: $0) }
    }

    /// The step as it was recorded.
    func loading(from files: ValueFiles) throws -> StepRecord {
        try mapTexts { try files.text(of: $0, step: key) }
    }

    private func mapTexts(_ change: (String) throws -> String) rethrows -> StepRecord {
        var step = self
        step.watermark = try watermark.map(change)
        step.input = try change(input)
        step.output = try output.map(change)
        step.error = try error.map(change)
        return step
    }
}

extension StepResult {
    /// The result as the table holds it.
    func storing(in files: ValueFiles) throws -> StepResult {
        switch self {
        case .done(let output, let externalReference):
            .done(output: try files.column(for: output), externalReference: externalReference)
        case .failed(let error):
            .failed(error: try files.column(for: error))
        }
    }
}

extension StepDecision {
    /// The decision as the table holds it.
    func storing(in files: ValueFiles) throws -> StepDecision {
        guard case .adopt(let output, let externalReference) = self else { return self }
        return .adopt(output: try files.column(for: output), externalReference: externalReference)
    }
}
