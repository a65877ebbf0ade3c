namespace Guard.Host.Intake.Http;

/// <summary>A call fails as a whole.</summary>
/// <param name="status">Of the answer.</param>
/// <param name="message">What the caller is told.</param>
/// <param name="retryAfter">When it is worth to come again; null: not as it is.</param>
/// <param name="errors">Of a batch's lines.</param>
internal sealed class ApiRefusedException(int status, string message, TimeSpan? retryAfter = null, IReadOnlyList<LineError>? errors = null) : Exception(message)
{
    public int Status => status;

    public TimeSpan? RetryAfter => retryAfter;

    public IReadOnlyList<LineError>? Errors => errors;
}

/// <summary>A field of a line or of a question is not what it should be.</summary>
internal sealed class FieldException(string name, string message) : Exception(message)
{
    /// <summary>Empty: the whole.</summary>
    public string Field => name;
}
