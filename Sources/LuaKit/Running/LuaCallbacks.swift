import CLua

/// The C side of a core: each function finds the core by its context, lets it work, and returns.
enum LuaCallbacks {
    static var table: clua_callbacks {
        unsafe clua_callbacks(
            call: { context, state, function in
                // SAFETY: C passes the core that owns the host, which calls back only while it lives, the live stack, and
                // a function that the core keeps and has registered as one that returns at once.
                unsafe Unmanaged<LuaCore>.fromOpaque(context.unsafelyUnwrapped)._withUnsafeGuaranteedRef {
                    core in
                    unsafe Unmanaged<ImmediateFunction>.fromOpaque(function.unsafelyUnwrapped)
                        ._withUnsafeGuaranteedRef { unsafe $0.call(core, state.unsafelyUnwrapped) }
                }
            },
            wait: { context, state, function in
                // SAFETY: as above, but a function that was registered as one that may wait.
                unsafe Unmanaged<LuaCore>.fromOpaque(context.unsafelyUnwrapped)._withUnsafeGuaranteedRef {
                    core in
                    unsafe Unmanaged<WaitingFunction>.fromOpaque(function.unsafelyUnwrapped)
                        ._withUnsafeGuaranteedRef { unsafe core.wait(for: $0, state.unsafelyUnwrapped) }
                }
                return Int32(CLUA_AWAIT)
            },
            error_field: { context, error, key, length, out in
                guard let core = unsafe LuaCallbacks.core(context) else { return }
                let value = core.field(unsafe LuaCallbacks.text(key, length), ofError: error)
                guard value != .nil, let bytes = try? value.encoded(for: core) else { return }
                unsafe clua_buffer_append(out, bytes, bytes.count)
            },
            error_release: { context, error in
                unsafe LuaCallbacks.core(context)?.releaseError(error)
            },
            print: { context, bytes, length in
                guard let core = unsafe LuaCallbacks.core(context) else { return false }
                let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
                return core.print(unsafe LuaBytes(raw))
            },
            missing_member: { context, module, moduleLength, key, keyLength, out in
                guard let core = unsafe LuaCallbacks.core(context) else { return }
                let text = core.textOfMissingMember(
                    unsafe LuaCallbacks.text(key, keyLength),
                    of: unsafe LuaCallbacks.text(module, moduleLength)
                )
                guard let bytes = try? LuaValue.string(text).encoded(for: core) else { return }
                unsafe clua_buffer_append(out, bytes, bytes.count)
            },
            find_module: { context, state, name, length, isLoading in
                guard let core = unsafe LuaCallbacks.core(context), let state = unsafe state else { return }
                unsafe core.findModule(LuaCallbacks.text(name, length), isLoading: isLoading, state)
            },
            module_ended: { context in
                unsafe LuaCallbacks.core(context)?.moduleEnded.signal()
            },
            object_release: { context, object in
                unsafe LuaCallbacks.core(context)?.releaseObject(object)
            }
        )
    }

    private static func core(_ context: UnsafeMutableRawPointer?) -> LuaCore? {
        guard let context = unsafe context else { return nil }
        // SAFETY: the context is the core that owns the host, which calls back only while it lives.
        return unsafe Unmanaged<LuaCore>.fromOpaque(context).takeUnretainedValue()
    }

    private static func text(_ bytes: UnsafePointer<CChar>?, _ length: Int) -> String {
        // SAFETY: C passes `length` bytes that live during the call.
        unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    }
}
