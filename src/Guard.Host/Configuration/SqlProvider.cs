namespace Guard.Host.Configuration;

/// <summary>Which database a hosting panel keeps its mailboxes in.</summary>
public enum SqlProvider : byte
{
    Postgres = 0,
    Sqlite = 1,

    /// <summary>MySQL and MariaDB.</summary>
    Mysql = 2,
}
