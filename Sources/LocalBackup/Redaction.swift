extension String {
    /// The text with every `//user:password@` of an address replaced by `//***@`.
    package var redacted: String {
        replacing(#/\/\/[^\/\s@:]*:[^\/\s]*@/#, with: "//***@")
    }
}
