extension LuaState {
    /// Sets what finds the modules that scripts `require`, beside those that were added.
    ///
    /// A name is words of letters, digits and `_` with single dots between them, as `tools.paths`; any other raises an
    /// error. `resolve` returns the module's source, as text, or `nil` where there is none: `module 'x' not found`. It may
    /// wait, on the state's thread, and what it throws is raised in the script.
    ///
    /// A module's body runs once in a state, with its name as `...`. What it returns first, or `true`, is what `require`
    /// returns from then on. The body may call waiting functions and require other modules; one that requires itself,
    /// over others perhaps, gets an error that names the cycle. A module that failed may be required again. A source that
    /// is larger than ``LuaLimits/sourceBytes`` is refused, and all limits hold inside bodies.
    ///
    /// Setting another resolver replaces the first; what is loaded stays. Throws `memory_limit`.
    ///
    /// In a trusted environment names that the resolver does not know go on to Lua's own `require`.
    public func setModuleResolver(_ resolve: @escaping @Sendable (String) async throws -> LuaSource?)
        throws(LuaError)
    {
        try core.setModuleResolver(resolve)
    }
}
