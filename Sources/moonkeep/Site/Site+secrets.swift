import Foundation
import ScriptLibrary

extension Site {
    /// Where a site's secrets are looked for.
    static func secrets(of site: Site?) -> SecretsSettings {
        let variables = ProcessInfo.processInfo.environment
        var providers: [any SecretProvider] = []
        if let site { providers.append(SecretFiles(folder: site.path("secrets"))) }
        if let folder = variables["CREDENTIALS_DIRECTORY"] {
            providers.append(SecretCredentials(folder: folder))
        }
        if let secrets = site?.file.secrets {
            if !secrets.variables.isEmpty {
                providers.append(SecretVariables(secrets.variables, in: variables))
            }
            if !secrets.command.isEmpty {
                providers.append(SecretCommand(secrets.command, variables: variables))
            }
        }
        return SecretsSettings(providers: providers)
    }
}
