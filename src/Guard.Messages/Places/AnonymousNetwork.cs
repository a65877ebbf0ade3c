namespace Guard.Messages.Places;

/// <summary>What an Anonymous-IP database says of an address.</summary>
[Flags]
public enum AnonymousNetwork : byte
{
    None = 0,
    Anonymous = 1,
    Vpn = 2,
    Hosting = 4,
    PublicProxy = 8,
    ResidentialProxy = 16,
    Tor = 32,
}
