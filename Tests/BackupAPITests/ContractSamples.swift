/// JSON objects of the contract, in its own layout.
enum ContractSamples {
    static let startedBackup = #"""
        {"project_id": "123456", "id": "BACKUP_ID",
         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
         "configuration": {"id": "CONF_ID", "links": [{"href": "https://API/v2/configurations/CONF_ID", "rel": "full"}]},
         "state": "start_requested", "started_time": null, "ended_time": null, "snapshot_id": null,
         "errors": {"count": 0, "reason": "", "diagnostics": "",
          "links": [{"href": "https://API/v2/backups/BACKUP_ID/errors", "rel": "full"}]},
         "files_searched": 0, "files_backed_up": 0, "bytes_searched": 0, "bytes_backed_up": 0, "bytes_in_db": 0,
         "bandwidth_avg_bps": 0, "restorable": false,
         "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "self"},
          {"href": "https://API/v2/backups/BACKUP_ID/events", "rel": "events"}]}
        """#

    static let finishedBackup = #"""
        {"project_id": "123456", "id": "BACKUP_ID", "agent": {"id": "AGENT_ID", "links": []},
         "configuration": {"id": "CONF_ID", "links": []}, "state": "completed_with_errors",
         "started_time": "2014-08-05T18:22:22.238641Z", "ended_time": "2014-08-05T18:23:50.489715Z", "snapshot_id": 1111,
         "errors": {"count": 1, "reason": "unable_to_process_some_files", "diagnostics": "text", "links": []},
         "files_searched": 1222, "files_backed_up": 6, "bytes_searched": 3700000000, "bytes_backed_up": 127000000,
         "bytes_in_db": 49340871, "bandwidth_avg_bps": 16628982, "restorable": true, "links": []}
        """#

    static let errorList = #"""
        {"count": 1, "reason": "unable_to_process_some_files", "diagnostics": "text",
         "list": [{"index": 0, "path": "C:\\Temp\\a.log", "type": "file_or_folder_missing",
           "description": "vanished between search and copy",
           "exception": {"code": 3015, "description": "path not found", "details": "1: Open: code 3015"}}],
         "links": [{"href": "https://API/v2/backups/BACKUP_ID/errors", "rel": "self"}]}
        """#

    /// The object of the details, whose `next` lies in `backups`.
    static let configuration = #"""
        {"project_id": "123456", "id": "CONF_ID",
         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
         "name": "Every other hour", "enabled": true,
         "schedule": {"start": "2014-08-05T18:22:21Z", "recurrence": ["RRULE:FREQ=HOURLY;INTERVAL=2"], "time_zone": "US/Central"},
         "retention": {"days": 30}, "inclusions": [{"type": "folder", "path": "/data/"}],
         "exclusions": [{"type": "folder", "path": "/data/cache/"}],
         "notifications": [{"type": "email", "destination": "ops@example.com", "on_success": true, "on_failure": true}],
         "deleted": false,
         "backups": {"last_completed": {"id": "BACKUP_ID", "links": []}, "next": {"scheduled_time": "2014-08-05T20:22:21Z"}},
         "links": [{"href": "https://API/v2/configurations/CONF_ID", "rel": "self"},
          {"href": "https://API/v2/configurations/CONF_ID/activities", "rel": "activities"},
          {"href": "https://API/v2/configurations/CONF_ID/events", "rel": "events"}]}
        """#

    static let restore = #"""
        {"project_id": "123456", "id": "RESTORE_ID",
         "backup": {"id": "BACKUP_ID", "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "full"}]},
         "destination_agent": {"id": "AGENT_ID_2", "links": [{"href": "https://API/v2/agents/AGENT_ID_2", "rel": "full"}]},
         "destination_path": "/restore/target", "overwrite_files": false,
         "inclusions": [{"type": "folder", "path": "/data/"}], "exclusions": [{"type": "folder", "path": "/data/cache/"}],
         "state": "start_requested", "started_time": null, "ended_time": null,
         "errors": {"count": 0, "reason": "", "diagnostics": "",
          "links": [{"href": "https://API/v2/restores/RESTORE_ID/errors", "rel": "full"}]},
         "files_restored": 0, "bytes_restored": 0,
         "links": [{"href": "https://API/v2/restores/RESTORE_ID", "rel": "self"},
          {"href": "https://API/v2/restores/RESTORE_ID/events", "rel": "events"}]}
        """#

    static let cleanup = #"""
        {"project_id": "123456", "id": "CLEANUP_ID",
         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
         "state": "start_requested", "started_time": null, "ended_time": null, "snapshot_ids": [],
         "errors": {"count": 0, "reason": "", "diagnostics": "",
          "links": [{"href": "https://API/v2/cleanups/CLEANUP_ID/errors", "rel": "full"}]},
         "bytes_before": 0, "bytes_after": 0,
         "links": [{"href": "https://API/v2/cleanups/CLEANUP_ID", "rel": "self"},
          {"href": "https://API/v2/cleanups/CLEANUP_ID/events", "rel": "events"}]}
        """#

    static let event = #"""
        {"id": "5152883978", "time": "2014-08-05T18:22:59.238641Z", "event": "backup_progress", "agent": {"id": "AGENT_ID"},
         "configuration": {"id": "CONF_ID"}, "backup": {"id": "BACKUP_ID"}, "bytes_completed": 1, "bytes_remaining": 3,
         "total_bytes": 4}
        """#

    static let backupActivity = #"""
        {"id": "BACKUP_ID", "type": "backup", "last_updated_time": "2014-10-27T18:22:21.238641Z",
         "state": "completed_with_errors",
         "agent": {"id": "AGENT_ID", "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "full"}]},
         "configuration": {"id": "CONF_ID", "links": [{"href": "https://API/v2/configurations/CONF_ID", "rel": "full"}]},
         "links": [{"href": "https://API/v2/backups/BACKUP_ID", "rel": "backup"}]}
        """#

    static let cleanupActivity = #"""
        {"id": "CLEANUP_ID", "type": "cleanup", "last_updated_time": "2014-10-27T18:22:20.238641Z",
         "state": "completed_with_errors", "agent": {"id": "AGENT_ID", "links": []},
         "links": [{"href": "https://API/v2/cleanups/CLEANUP_ID", "rel": "cleanup"}]}
        """#

    /// The part of the contract's agent that the model keeps.
    static let agent = #"""
        {"project_id": "123456", "id": "AGENT_ID", "name": "Web Server", "version": "1.23.008344",
         "host": {"flavor": "nova", "region": null, "os": {"name": "Ubuntu", "version": "14.04", "architecture": "64-bit"}},
         "enabled": true, "log_level": "warn", "registered_time": "2014-10-27T18:22:00.238640Z",
         "links": [{"href": "https://API/v2/agents/AGENT_ID", "rel": "self"}]}
        """#
}

extension String {
    /// This JSON without the white space between its tokens.
    var compactJSON: String {
        var result = ""
        var isInString = false
        var isEscaped = false
        for character in self {
            if isInString || !character.isWhitespace { result.append(character) }
            if character == "\"", !isEscaped { isInString.toggle() }
            isEscaped = character == "\\" && !isEscaped
        }
        return result
    }
}
