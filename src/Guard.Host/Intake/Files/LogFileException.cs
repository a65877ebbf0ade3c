namespace Guard.Host.Intake.Files;

/// <summary>A log file that was named cannot be read; the message says which and why.</summary>
public sealed class LogFileException(string message, Exception? cause = null) : Exception(message, cause);
