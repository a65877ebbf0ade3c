namespace Guard.Host.Running.Setup;

/// <summary>Where what stood before setup is kept, for root alone; it is there as long as there is something to put back.</summary>
internal static class BeforeSetup
{
    public const string Place = "/etc/accountguard/before-setup";

    public static void Make(MachineFiles machine) =>
        Directory.CreateDirectory(machine.At(Place), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <summary>Others may still keep something in it.</summary>
    public static void RemoveIfEmpty(MachineFiles machine)
    {
        if (Directory.Exists(machine.At(Place)) && !Directory.EnumerateFileSystemEntries(machine.At(Place)).Any())
            Directory.Delete(machine.At(Place));
    }
}
