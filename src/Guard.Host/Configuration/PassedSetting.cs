namespace Guard.Host.Configuration;

/// <summary>A setting that is not the guard's own: handed to Akka or to Petabridge.Cmd as it was written.</summary>
/// <param name="Key">Such as <c>akka.loglevel</c>.</param>
/// <param name="Where">File and line, or what else said so.</param>
public sealed record PassedSetting(string Key, string Value, string Where);
