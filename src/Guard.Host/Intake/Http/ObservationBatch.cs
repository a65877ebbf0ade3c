using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Guard.Host.Configuration;
using Guard.Messages.Intake;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.Http;

namespace Guard.Host.Intake.Http;

/// <summary>A batch as it was understood: what can be taken, and what is wrong with each other line.</summary>
internal sealed record ObservationBatch(BatchKey Key, IReadOnlyList<ToldObservation> Observations, IReadOnlyList<LineError> Errors)
{
    public const int LongestKey = 255;

    public int Lines => Observations.Count + Errors.Count;

    /// <summary>Reads a body's lines. A line that cannot be taken harms no other.</summary>
    /// <param name="key">The <c>Idempotency-Key</c>; empty: none.</param>
    /// <exception cref="ApiRefusedException">There are too many lines.</exception>
    public static ObservationBatch Read(
        BatchBody body,
        string key,
        ApiToken token,
        PolicyBook policies,
        ObservationContext context,
        HttpIntakeSettings settings
    )
    {
        var observations = new List<ToldObservation>();
        var errors = new List<LineError>();
        foreach (var (number, line) in body.Lines())
        {
            if (observations.Count + errors.Count == settings.MaxLines)
                throw new ApiRefusedException(StatusCodes.Status413PayloadTooLarge, $"more than {settings.MaxLines} lines");
            string? id = null;
            try
            {
                if (line.Length > settings.LongestLine)
                    throw new FieldException("", $"is longer than {settings.LongestLine} bytes");
                var read = ObservationJson.ReadLine(line.Span);
                id = read.Id;
                var observation = ObservationJson.Interpret(read, context);
                if (!token.MayTalkOf(policies.SiteOf(observation.User)))
                    throw new FieldException("user", "belongs to a site that this token may not talk of");
                observations.Add(
                    new ToldObservation(
                        id is not null ? IdOf("line", id)
                            : key.Length > 0 ? IdOf("number", $"{key}\n{number}")
                            : 0,
                        observation
                    )
                );
            }
            catch (FieldException wrong)
            {
                errors.Add(
                    new LineError
                    {
                        Line = number,
                        Id = id is { Length: <= ObservationJson.LongestId } ? id : null,
                        Field = wrong.Field,
                        Error = wrong.Message,
                    }
                );
            }
        }
        var told = key.Length == 0 ? BatchKey.None : new BatchKey(IdOf("key", key), IdOf("content", $"{key}\n{Convert.ToHexString(body.Digest)}"));
        return new ObservationBatch(told, observations, errors);
    }

    /// <summary>64 bits, never 0. Of a hash for which nobody can find others with the same bits at will.</summary>
    private static ulong IdOf(string kind, string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{text}"), hash);
        return Math.Max(1, BinaryPrimitives.ReadUInt64LittleEndian(hash));
    }
}
