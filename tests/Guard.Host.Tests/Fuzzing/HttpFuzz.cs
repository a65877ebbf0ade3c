using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;
using Guard.Host.Configuration;
using Guard.Host.Geo;
using Guard.Host.Intake.DovecotAuthPolicy;
using Guard.Host.Intake.Http;
using Guard.Host.Intake.Logs;
using Guard.Messages.Identity;
using Guard.Messages.Observations;
using Guard.Messages.Policies;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Guard.Host.Tests.Fuzzing;

/// <summary>Whatever comes over HTTP is taken or refused with a reason: no crash, no hang, nothing beyond the limits.</summary>
public sealed class HttpFuzz
{
    private const long MaxBytes = 1 << 20;

    private static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);
    private static readonly HttpIntakeSettings Settings = new()
    {
        MaxLines = 20,
        LongestLine = 1000,
        LongestBody = 8000,
    };
    private static readonly ApiToken Token = new("panel", [.. ConfiguredTokens.HashOf("ag_x")], ApiScope.Observe, FrozenSet<SiteId>.Empty);
    private static readonly PolicyBook Policies = PolicyBook.Of(GuardPolicy.Default);

    private long _taken;
    private long _refused;

    /// <summary>They remember names in a table of fixed size, which no input is to pay for.</summary>
    private static readonly UserNameRules Names = new("example.com");

    private static ObservationContext Context() =>
        new(name => Names.Map(Encoding.UTF8.GetBytes(name), system: false), new PlaceLookup([]), Now);

    private void Run(string name, string seeds, Action<byte[]> feed) => Run(name, LineSeeds.Of(seeds), feed);

    private void Run(string name, IReadOnlyList<byte[]> seeds, Action<byte[]> feed)
    {
        Names.Map("info"u8, system: false);
        Fuzzer.Run(name, new Mutations(seeds, LineSeeds.Words), feed, MaxBytes);
        // Inputs of both kinds came, or nothing was tried.
        Assert.True(_taken > FuzzEffort.Inputs / 1000 && _refused > FuzzEffort.Inputs / 1000, $"{_taken} taken, {_refused} refused");
    }

    [Fact]
    public void Batches_of_observations() =>
        Run(
            "observations",
            "observations.txt",
            bytes =>
            {
                try
                {
                    var body = BatchBody.ReadAsync(new MemoryStream(bytes), "", Settings.LongestBody, CancellationToken.None).GetAwaiter().GetResult();
                    var batch = ObservationBatch.Read(body, "key", Token, Policies, Context(), Settings);
                    Assert.InRange(batch.Lines, 0, Settings.MaxLines);
                    foreach (var (id, observation) in batch.Observations)
                    {
                        Assert.NotEqual(0UL, id);
                        Assert.True(observation.At <= Now.AddMinutes(10) && observation.At.Year >= 2000);
                        Assert.Contains('@', observation.User.Value);
                        Assert.DoesNotContain(observation.User.Value, character => char.IsControl(character) || char.IsSurrogate(character));
                        Assert.True(observation is not Submission { Recipients: < 0 or > 1_000_000 });
                    }
                    // Each line that is no observation is told of once, with words.
                    Assert.Equal(batch.Errors.Count, batch.Errors.Select(error => error.Line).Distinct().Count());
                    Assert.All(batch.Errors, error => Assert.True(error.Error.Length > 0 && error.Field.Length <= 64));
                    Interlocked.Add(ref _taken, batch.Observations.Count);
                    Interlocked.Add(ref _refused, batch.Errors.Count);
                }
                catch (ApiRefusedException refused)
                {
                    Assert.Equal(StatusCodes.Status413PayloadTooLarge, refused.Status);
                }
            }
        );

    [Fact]
    public void Packed_bodies() =>
        Run(
            "packed bodies",
            [.. LineSeeds.Of("observations.txt").Append(new byte[200_000]).Select(Packed)],
            bytes =>
            {
                try
                {
                    var body = BatchBody.ReadAsync(new MemoryStream(bytes), "gzip", Settings.LongestBody, CancellationToken.None).GetAwaiter().GetResult();
                    Assert.True(body.Lines().Sum(line => line.Line.Length) <= Settings.LongestBody);
                    Interlocked.Increment(ref _taken);
                }
                catch (ApiRefusedException refused)
                {
                    Assert.True(refused.Status is StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge);
                    Interlocked.Increment(ref _refused);
                }
            }
        );

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    [Fact]
    public void Questions_for_a_decision() =>
        Run(
            "decisions",
            "decisions.txt",
            bytes =>
            {
                try
                {
                    Assert.True(ObservationJson.Interpret(ObservationJson.ReadQuestion(bytes), Context()) is Login or Submission);
                    Interlocked.Increment(ref _taken);
                }
                catch (FieldException wrong)
                {
                    Assert.NotEmpty(wrong.Message);
                    Interlocked.Increment(ref _refused);
                }
            }
        );

    [Fact]
    public void Bodies_of_the_auth_policy_calls() =>
        Run(
            "auth policy",
            "auth-policy.txt",
            bytes =>
            {
                foreach (
                    var read in (Action[])
                        [
                            () => Assert.NotEmpty(AuthPolicyJson.ReadAttempt(bytes).Login),
                            () => Assert.NotEmpty(AuthPolicyJson.ReadReport(bytes).Attempt.Login),
                            () => Assert.NotEqual((default, ""), AuthPolicyJson.ReadSubject(bytes)),
                            () => Assert.NotEmpty(AuthPolicyJson.ReadKey(bytes).ToString()),
                            () => Assert.True(AuthPolicyJson.ReadEntry(bytes, Now).Expires > Now),
                        ]
                )
                {
                    try
                    {
                        read();
                        Interlocked.Increment(ref _taken);
                    }
                    catch (AuthPolicyRequestException refused)
                    {
                        Assert.NotEmpty(refused.Message);
                        Interlocked.Increment(ref _refused);
                    }
                }
            }
        );

    [Fact]
    public void Headers_that_say_who_calls()
    {
        var tokens = new ConfiguredTokens([Token]);
        var credentials = AuthPolicyCredentials.None.WithPassword("", "super");
        Run(
            "authorization",
            "authorization.txt",
            bytes =>
            {
                var text = Encoding.Latin1.GetString(bytes);
                var found = tokens.Find(text);
                Assert.Equal(found is not null, text.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) && text[7..].Trim() == "ag_x");
                var accepted = credentials.Accept(new HeaderDictionary { ["Authorization"] = text });
                if (accepted)
                    Assert.StartsWith("basic ", text, StringComparison.OrdinalIgnoreCase);
                Interlocked.Increment(ref found is not null || accepted ? ref _taken : ref _refused);
            }
        );
    }
}
