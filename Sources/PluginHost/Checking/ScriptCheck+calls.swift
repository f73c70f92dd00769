import BackupAPI
import RunJournal

extension ScriptCheck {
    /// What there is to say about a call, by the description of its function.
    func findings(of call: ScriptCall, in script: String) -> [ScriptFinding] {
        guard let function = function(call) else { return [] }
        var findings: [ScriptFinding] = []
        for (index, argument) in call.arguments.enumerated() where index < function.parameters.count {
            let parameter = function.parameters[index]
            if !parameter.options.isEmpty {
                findings += self.findings(of: argument, parameter.options, in: script, call.name)
            } else if index > 0, parameter.type == ConfigurationReference.typeName,
                let problem = argument.text.flatMap(problem(ofConfiguration:))
            {
                findings.append(ScriptFinding(script, line: call.line, problem))
            }
        }
        if call.isStatement, let note = noteOfUnusedResult(of: function, call.name) {
            findings.append(ScriptFinding(script, line: call.line, note, kind: .note))
        }
        return findings
    }

    /// What is wrong with a member of a module that is not used as what it is.
    func problem(of use: ScriptMisuse) -> String? {
        guard let module = modules.first(where: { $0.name == use.module }) else { return nil }
        let name = "\(use.module).\(use.member)"
        if let function = module.functions.first(where: { $0.name == use.member }) {
            let call = function.signature(in: module.name)
            return switch use.kind {
            case .calledAsMethod: "functions of modules are called with a dot: \(call)"
            case .indexed, .counted: "'\(name)' is a function: call it, as in \(call)"
            case .called: nil
            }
        }
        guard module.values.contains(where: { $0.name == use.member }), use.kind == .called else {
            return nil
        }
        return "'\(name)' is a value: write it without ()"
    }

    func function(_ call: ScriptCall) -> Function? {
        modules.first { $0.name == call.module }?.functions.first { $0.name == call.function }
    }

    /// What is wrong with a table of options that the script has written out.
    private func findings(
        of argument: ScriptLiteral,
        _ options: [ParameterDescription],
        in script: String,
        _ call: String
    ) -> [ScriptFinding] {
        guard case .table(let entries) = argument else { return [] }
        return entries.flatMap { entry -> [ScriptFinding] in
            guard case .name(let name) = entry.key else { return [] }
            guard let option = options.first(where: { $0.name == name }) else {
                let known = options.map(\.name)
                let hint =
                    known.nearest(to: name).map { "did you mean '\($0)'?" }
                    ?? "known are: \(known.joined(separator: ", "))"
                let text = "'\(call)' has no option '\(name.printable)'; \(hint)"
                return [ScriptFinding(script, line: entry.line, text)]
            }
            if !option.options.isEmpty {
                return findings(of: entry.value, option.options, in: script, call)
            }
            guard option.type == ConfigurationReference.typeName,
                let problem = entry.value.text.flatMap(problem(ofConfiguration:))
            else { return [] }
            return [ScriptFinding(script, line: entry.line, problem)]
        }
    }

    /// What a call was for whose result nobody looks at.
    private func noteOfUnusedResult(of function: Function, _ call: String) -> String? {
        guard let returns = function.returns else { return nil }
        switch function.kind {
        case .recorded(.start), .step(.start):
            return "nothing waits for what '\(call)' starts: its result is not used"
        case .pure: return "'\(call)' does nothing but answer \(returns.firstWords), which is not used"
        case .recorded, .step, .composite, .observation: return nil
        }
    }
}

extension String {
    /// What stands before the first colon or semicolon: the type in the description of a result.
    fileprivate var firstWords: Substring { prefix { !":;(".contains($0) } }
}
