import BackupAPI
import Testing

@Suite struct AddressSecretsTests {
    @Test(arguments: [
        ("rest:http://user:S3CRETx@127.0.0.1:9/r", "rest:http://***@127.0.0.1:9/r"),
        ("rest:http://user:S3C/RETx@127.0.0.1:9/r", "rest:http://***@127.0.0.1:9/r"),
        ("rest:http://user:S3C RETx@127.0.0.1:9/r", "rest:http://***@127.0.0.1:9/r"),
        ("rest:http://user:S3C#RETx@127.0.0.1:9/r", "rest:http://***@127.0.0.1:9/r"),
        ("rest:http://user:S3C?RETx@127.0.0.1:9/r", "rest:http://***@127.0.0.1:9/r"),
        ("rest:http://us/er:S3CRETx@127.0.0.1:9/r", "rest:http://***@127.0.0.1:9/r"),
        ("rest:http://user@example.com:S3CRETx@host/r", "rest:http://***@host/r"),
        ("rest:http://S3CRETxtoken@127.0.0.1:9/r", "rest:http://***@127.0.0.1:9/r"),
        ("rest:http://:S3CRETx@host/r", "rest:http://***@host/r"),
        ("rest:user:S3CRETx@127.0.0.1:9/r", "rest:***@127.0.0.1:9/r"),
        ("rest:http://host/r?token=S3CRETx", "rest:http://host/r?***"),
        ("rest:http://host/r#S3CRETx", "rest:http://host/r#***"),
        ("sftp://user:S3CRETx@host//r", "sftp://***@host//r"),
        ("sftp:user:S3CRETx@host:/r", "sftp:***@host:/r"),
        ("s3:https://key:S3CRETx@host/bucket", "s3:https://***@host/bucket"),
        ("swift:S3CRETx:/x", "swift:***:/x"),
        ("rclone::s3,secret_access_key=S3CRETx:bucket", "rclone:***:bucket"),
        ("b2:S3CRETx", "b2:***"),
        ("rest:http://user:S3CRETx127.0.0.1:9/r", "rest:http://user:***:9/r"),
        ("rest:http://host/r;token=S3CRETx", "rest:http://host/r;***"),
    ])
    func `what is secret in an address is not shown`(address: String, shown: String) {
        #expect(AddressSecrets(address).shown == shown)
    }

    @Test(arguments: [
        "/srv/repository", "/srv/a:b@c", "sftp://me@host//r", "sftp:me@host:/r", "s3:https://host/bucket",
        "rest:http://host:8000/r", "rest:http://[::1]:9/r", "sftp:me@host:/srv/a#2",
        "s3:s3.amazonaws.com/bucket",
    ])
    func `an address without secrets is shown whole`(address: String) {
        #expect(AddressSecrets(address).shown == address)
        #expect(AddressSecrets(address).redact("cannot open \(address)") == "cannot open \(address)")
    }

    @Test(arguments: [
        (
            "rest:http://user:S3C/RETx@host:9/r",
            #"parse "http://user:S3C/RETx@host:9/r": invalid port ":S3C" after host"#,
            #"parse "http://***@host:9/r": invalid port ":***" after host"#
        ),
        (
            "rest:http://user:S3C RETx@host/r", "Get http://user:S3C%20RETx@host/r: refused",
            "Get http://***@host/r: refused"
        ),
        (
            "rest:http://user:S3C%2FRETx@host/r", "no login 'S3C/RETx' at host", "no login '***' at host"
        ),
        ("rest:http://user:S3CRETx%zz@host/r", #"invalid URL escape "%zz" in S3CRETx%zz"#, "***"),
        ("swift:S3CRETx:/x", "the container S3CRETx is not there", "the container *** is not there"),
        ("rest:http://host/r?token=S3CRETx", "401 for S3CRETx", "401 for ***"),
        (#"rest:http://user:S3"C\RETx@host/r"#, #"{"url":"http://user:S3\"C\\RETx@host"}"#, "***"),
    ])
    func `what is secret is masked wherever it stands, in the forms that programs write`(
        address: String,
        text: String,
        masked: String
    ) {
        let result = AddressSecrets(address).redact(text)
        if masked == "***" {
            #expect(!result.contains("RETx") && result.contains("***"), "\(result)")
        } else {
            #expect(result == masked)
        }
    }

    @Test(arguments: [
        ("rest:https://me:pass@host/r", "rest:https://***@host/r"),
        ("at rest:https://me:p/a@ss@host:8000/r is it", "at rest:https://***@host:8000/r is it"),
        ("Get \"https://host/r?key=pass\": no", "Get \"https://host/r?***\": no"),
        ("sftp://me@host/r", "sftp://me@host/r"), ("https://token@host/r", "https://***@host/r"),
        ("mail to me@example.com", "mail to me@example.com"),
    ])
    func `logins and queries of other addresses are masked too`(text: String, masked: String) {
        #expect(text.redacted == masked)
    }
}
