namespace Guard.Host.ConsoleModel.Store;

/// <summary>Statements that make tables where there are none. Written once for both databases; what differs is a word.</summary>
/// <param name="added">Columns that came later, with what stands in rows from before.</param>
internal sealed class RecordsSchema(Func<bool, IEnumerable<string>> statements, params (string Table, string Column, string Definition)[] added)
{
    public IEnumerable<string> Of(bool postgres) => statements(postgres);

    public IReadOnlyList<(string Table, string Column, string Definition)> Added => added;

    /// <summary>What can be made again from the journal.</summary>
    public static RecordsSchema ReadModel { get; } =
        new(
            postgres =>
            {
                var real = postgres ? "DOUBLE PRECISION" : "REAL";
                var counted = postgres ? "BIGSERIAL PRIMARY KEY" : "INTEGER PRIMARY KEY AUTOINCREMENT";
                return
                [
                    "CREATE TABLE IF NOT EXISTS console_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
                    $"""
                        CREATE TABLE IF NOT EXISTS console_accounts (
                            user_name TEXT PRIMARY KEY, site TEXT NOT NULL, rung INT NOT NULL, until BIGINT NOT NULL, score {real} NOT NULL, first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL,
                            country TEXT NOT NULL, address TEXT NOT NULL, logins BIGINT NOT NULL, failures BIGINT NOT NULL, mails BIGINT NOT NULL, recipients BIGINT NOT NULL, stopped BIGINT NOT NULL,
                            sent_day BIGINT NOT NULL, sent_today BIGINT NOT NULL)
                        """,
                    "CREATE INDEX IF NOT EXISTS console_accounts_site ON console_accounts (site, user_name)",
                    "CREATE INDEX IF NOT EXISTS console_accounts_risk ON console_accounts (rung, score)",
                    "CREATE INDEX IF NOT EXISTS console_accounts_seen ON console_accounts (last_seen)",
                    """
                        CREATE TABLE IF NOT EXISTS console_days (
                            user_name TEXT NOT NULL, day BIGINT NOT NULL, logins BIGINT NOT NULL, failures BIGINT NOT NULL, mails BIGINT NOT NULL, recipients BIGINT NOT NULL, stopped BIGINT NOT NULL,
                            PRIMARY KEY (user_name, day))
                        """,
                    "CREATE INDEX IF NOT EXISTS console_days_day ON console_days (day)",
                    $"CREATE TABLE IF NOT EXISTS console_peaks (user_name TEXT NOT NULL, day BIGINT NOT NULL, score {real} NOT NULL, PRIMARY KEY (user_name, day))",
                    "CREATE INDEX IF NOT EXISTS console_peaks_day ON console_peaks (day)",
                    $"""
                        CREATE TABLE IF NOT EXISTS console_incidents (
                            id {counted}, user_name TEXT NOT NULL, site TEXT NOT NULL, rung INT NOT NULL, standing INT NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL, ended BIGINT NOT NULL,
                            ended_how TEXT NOT NULL, score {real} NOT NULL, address TEXT NOT NULL, country TEXT NOT NULL, mode INT NOT NULL, reasons TEXT NOT NULL, done TEXT NOT NULL)
                        """,
                    "CREATE INDEX IF NOT EXISTS console_incidents_open ON console_incidents (ended, since)",
                    // In the order of the list that pages begin with.
                    "CREATE INDEX IF NOT EXISTS console_incidents_latest ON console_incidents ((CASE WHEN ended = 0 THEN 0 ELSE 1 END), since DESC, id DESC)",
                    "CREATE INDEX IF NOT EXISTS console_incidents_user ON console_incidents (user_name, since)",
                    $"""
                        CREATE TABLE IF NOT EXISTS console_notable (
                            id {counted}, user_name TEXT NOT NULL, at BIGINT NOT NULL, kind INT NOT NULL, what TEXT NOT NULL, rung INT NOT NULL, score {real} NOT NULL, address TEXT NOT NULL,
                            country TEXT NOT NULL, reasons TEXT NOT NULL)
                        """,
                    "CREATE INDEX IF NOT EXISTS console_notable_user ON console_notable (user_name, at)",
                    "CREATE INDEX IF NOT EXISTS console_notable_at ON console_notable (at)",
                    """
                        CREATE TABLE IF NOT EXISTS console_minutes (
                            minute BIGINT NOT NULL, site TEXT NOT NULL, logins BIGINT NOT NULL, failures BIGINT NOT NULL, mails BIGINT NOT NULL, recipients BIGINT NOT NULL, refused BIGINT NOT NULL,
                            reactions BIGINT NOT NULL, PRIMARY KEY (minute, site))
                        """,
                    """
                        CREATE TABLE IF NOT EXISTS console_countries (
                            hour BIGINT NOT NULL, site TEXT NOT NULL, country TEXT NOT NULL, logins BIGINT NOT NULL, failures BIGINT NOT NULL, mails BIGINT NOT NULL, blocked BIGINT NOT NULL,
                            PRIMARY KEY (hour, site, country))
                        """,
                ];
            },
            // Of the write in the account's own journal: of two nodes' words about an account the one with the higher number is the later.
            ("console_accounts", "number", "BIGINT NOT NULL DEFAULT 0"),
            ("console_notable", "number", "BIGINT NOT NULL DEFAULT 0")
        );

    /// <summary>What cannot be made again. The database itself refuses to change or take out a row.</summary>
    public static RecordsSchema Audit { get; } =
        new(postgres =>
            [
                """
                    CREATE TABLE IF NOT EXISTS console_audit (
                        node TEXT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL, act TEXT NOT NULL, site TEXT NOT NULL, subject TEXT NOT NULL,
                        detail TEXT NOT NULL, outcome TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (node, number))
                    """,
                // An entry names an account by a word without meaning, so that the account can be forgotten while the chain of entries stays whole.
                "CREATE TABLE IF NOT EXISTS console_audit_names (pseudonym TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
                "CREATE INDEX IF NOT EXISTS console_audit_at ON console_audit (at)",
                "CREATE INDEX IF NOT EXISTS console_audit_subject ON console_audit (subject, at)",
                .. postgres
                    ? (string[])
                        [
                            "CREATE OR REPLACE RULE console_audit_no_update AS ON UPDATE TO console_audit DO INSTEAD NOTHING",
                            "CREATE OR REPLACE RULE console_audit_no_delete AS ON DELETE TO console_audit DO INSTEAD NOTHING",
                        ]
                    :
                    [
                        "CREATE TRIGGER IF NOT EXISTS console_audit_no_update BEFORE UPDATE ON console_audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
                        "CREATE TRIGGER IF NOT EXISTS console_audit_no_delete BEFORE DELETE ON console_audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
                    ],
            ]
        );
}
