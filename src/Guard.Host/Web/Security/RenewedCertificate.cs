using System.Security.Cryptography.X509Certificates;
using Guard.Host.Configuration;
using Guard.Host.Platform;

namespace Guard.Host.Web.Security;

/// <summary>The console's certificate, read again when its file is newer: renewals need no restart.</summary>
internal sealed class RenewedCertificate(ConsoleTls files)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _reading = new();
    private X509Certificate2 _certificate = Read(files);
    private DateTime _written = File.GetLastWriteTimeUtc(files.Certificate);
    private long _looked = Environment.TickCount64;

    public X509Certificate2 Current
    {
        get
        {
            lock (_reading)
            {
                if (Environment.TickCount64 - _looked > LookEvery.TotalMilliseconds)
                {
                    _looked = Environment.TickCount64;
                    Renew();
                }
                return _certificate;
            }
        }
    }

    private void Renew()
    {
        var written = File.GetLastWriteTimeUtc(files.Certificate);
        if (written == _written)
            return;
        try
        {
            // The old one may still be in use by a handshake; it is left to the collector.
            _certificate = Read(files);
            _written = written;
        }
        catch (Exception halfWritten) when (halfWritten is IOException or System.Security.Cryptography.CryptographicException or UnauthorizedAccessException)
        {
            // The other file follows; the next look takes both.
        }
    }

    private static X509Certificate2 Read(ConsoleTls files)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        }
        catch (Exception failure) when (failure is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                "console.tls",
                $"{files.Certificate} and {files.Key}: {failure.Message}",
                "name PEM files that the guard's user may read",
                failure
            );
        }
    }
}
