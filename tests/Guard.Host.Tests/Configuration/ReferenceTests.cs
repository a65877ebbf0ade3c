using System.Text.Json;
using Guard.Host.Configuration;
using Xunit;

namespace Guard.Host.Tests.Configuration;

/// <summary>hocon/reference.conf says every setting, and its defaults are those that hold without any file.</summary>
public sealed class ReferenceTests
{
    private static readonly string Reference = Path.Combine(Repository.Root, "hocon", "reference.conf");

    [Fact]
    public void Every_key_that_is_read_is_in_the_reference()
    {
        var loaded = GuardConfiguration.Load(Reference);
        Assert.Empty(loaded.Faults);
        Assert.Empty(loaded.Warnings);
        var text = File.ReadAllText(Reference);
        var missing = loaded
            .Asked.Select(key => key.Split('.')[^1].Trim('"'))
            .Distinct()
            .Where(key => !System.Text.RegularExpressions.Regex.IsMatch(text, $@"(?<![\w-]){System.Text.RegularExpressions.Regex.Escape(key)}(?![\w-])"));
        Assert.Empty(missing);
        Assert.True(loaded.Asked.Count > 60, "hardly any key was asked for");
    }

    [Fact]
    public void Every_default_in_the_reference_is_the_one_that_holds_without_a_file()
    {
        var written = GuardConfiguration.Load(Reference).Settings!;
        var unwritten = GuardConfiguration.Load(null).Settings!;
        Assert.Equal(JsonSerializer.Serialize(unwritten.Policies.Default), JsonSerializer.Serialize(written.Policies.Default));
        Assert.Equal(Tell(unwritten), Tell(written));
        static string Tell(GuardSettings settings) =>
            JsonSerializer.Serialize(
                new
                {
                    settings.Mode,
                    settings.DataDirectory,
                    settings.LogLevel,
                    Files = settings.Logs.Files.Length,
                    settings.Logs.DefaultDomain,
                    settings.Logs.SystemDomain,
                    settings.Logs.VirtualMap,
                    settings.Logs.FoldCase,
                    Zone = settings.Logs.Zone.Id,
                    settings.Logs.DovecotTag,
                    settings.Logs.DovecotAuthFailures,
                    settings.Logs.FollowsLogClock,
                    Geo = settings.Geo.Files.Length,
                    settings.Geo.Overrides,
                    settings.Geo.FetchDefault,
                    settings.Persistence,
                    Listen = settings.ClusterListen.ToString(),
                    Cluster = JsonSerializer.Serialize(settings.Cluster),
                    settings.InspectionSocket,
                    settings.PassivateAfter,
                    settings.ForgetAfter,
                }
            );
    }
}
