using System.Diagnostics;
using MimeKit;

namespace Guard.EndToEnd.Tests.Reports;

/// <summary>Postfix's own smtp-sink: takes every mail into a file.</summary>
internal sealed class MailSink : IDisposable
{
    private readonly Process _process;

    private MailSink(Process process, string directory) => (_process, Directory) = (process, directory);

    public string Directory { get; }

    public static MailSink Start(int port, string directory)
    {
        System.IO.Directory.CreateDirectory(directory);
        // It gives up root's rights before it writes.
        File.SetUnixFileMode(directory, (UnixFileMode)511);
        File.SetUnixFileMode(Path.GetDirectoryName(directory)!, (UnixFileMode)493);
        string[] rights = Environment.UserName == "root" ? ["-u", "nobody"] : [];
        return new MailSink(
            Process.Start(
                new ProcessStartInfo("/usr/sbin/smtp-sink", [.. rights, "-d", Path.Combine(directory, "mail."), $"127.0.0.1:{port}", "100"])
                {
                    RedirectStandardError = true,
                }
            )!,
            directory
        );
    }

    /// <summary>Whole mails; one that is being written is not there yet.</summary>
    public IReadOnlyList<MimeMessage> Mails
    {
        get
        {
            var mails = new List<MimeMessage>();
            foreach (var file in System.IO.Directory.GetFiles(Directory))
            {
                // smtp-sink writes envelope lines as headers of its own in front, and what it has so far need not be a message yet.
                if (Read(file) is { } mail && mail.MessageId is not null && mail.HtmlBody?.Contains("</html>", StringComparison.Ordinal) == true)
                    mails.Add(mail);
            }
            return mails;
        }
    }

    private static MimeMessage? Read(string file)
    {
        try
        {
            return MimeMessage.Load(file);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
