using System.Runtime.Serialization;

namespace Guard.Actors.Entities;

/// <summary>A manifest that this version does not know.</summary>
public sealed class UnknownFormException(string manifest) : SerializationException($"unknown manifest '{manifest}': written by a newer version?");
