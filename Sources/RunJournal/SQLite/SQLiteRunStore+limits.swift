extension SQLiteRunStore {
    /// What tests have otherwise than it is.
    package struct Limits {
        /// How many pages the file may have, as if the disk were full then.
        package var pageCount: Int?
        /// The bytes of a page of a file that is made; a power of two from 512.
        package var pageBytes = 4_096
        /// The type of the file system at a path.
        package var fileSystem = FileSystem.type(at:)

        /// None.
        package init() {}
    }
}
