using Guard.Messages.Observations;

namespace Guard.Host.Intake.Logs.Daemons;

/// <summary>
/// PAM's failures of programs that have no parser of their own here, by whatever name, where they come from another host. For sshd, ProFTPD, Pure-FTPd and Dovecot the daemon's own line counts, and PAM's is the
/// same attempt again.
/// </summary>
internal sealed class PamParser : StatelessParser
{
    public override string Name => "pam";

    public override bool Knows(ReadOnlySpan<byte> program) =>
        program.SequenceEqual("login"u8)
        || program.SequenceEqual("remote"u8)
        || program.SequenceEqual("pure-ftpd-pam"u8)
        || program.SequenceEqual("auth"u8)
        || program.SequenceEqual("auth-worker"u8)
        || program.SequenceEqual("dovecot-auth"u8);

    /// <summary>Courier's own programs tell what this one asked PAM.</summary>
    public static bool IsToldAgain(ReadOnlySpan<byte> program) => program.SequenceEqual("authdaemond"u8);

    public override LineResult Parse(in LogLine line, ObservationSink sink)
    {
        if (!PamFailure.Is(line.Message) || line.Program.StartsWith("auth"u8) || line.Program.StartsWith("dovecot"u8))
            return LineResult.Nothing;
        if (!PamFailure.TryRead(line.Message, out var failure))
            return LineResult.Unknown;
        var service = line.Program.StartsWith("pure-ftpd"u8) ? Service.Ftp : Service.Other;
        // A login at the machine itself has neither host nor remote user.
        return failure.Address.IsNone && failure.User.IsEmpty
            ? LineResult.Nothing
            : Told(sink.Failure(line.At, failure.User, failure.Address, service, LoginOutcome.WrongPassword));
    }
}
