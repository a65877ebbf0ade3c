namespace Guard.Host.Configuration;

/// <param name="Check">Tells in its first column whether an account is locked, by whomever; null when the database cannot be asked.</param>
/// <param name="MaxRows">A statement that changes more rows than that is rolled back: somebody forgot a condition.</param>
public sealed record SqlStatements(SqlStatement Lock, SqlStatement Unlock, SqlStatement? Check, int MaxRows = 10);
