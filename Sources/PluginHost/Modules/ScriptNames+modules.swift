extension ScriptNames {
    /// The names of some modules, beside those that are global anyway.
    init(globals: [String], modules: [Module] = []) {
        var calls: [String: [String]] = [:]
        var values: [String: [String]] = [:]
        for module in modules {
            for function in module.functions {
                calls[function.name, default: []].append(function.signature(in: module.name))
            }
            for value in module.values {
                values[value.name, default: []].append("\(module.name).\(value.name)")
            }
        }
        self.init(globals: globals, calls: calls, values: values)
    }
}
