namespace EdgeDePin.Sandbox.Confining;

/// <summary>What a guest's process cannot do. Each was tried by the process after it gave up what it had, before it saw anything foreign.</summary>
[Flags]
public enum Protections
{
    None = 0,

    /// <summary>Opening a file fails.</summary>
    Files = 1,

    /// <summary>Making a socket fails.</summary>
    Network = 2,

    /// <summary>Starting a process fails.</summary>
    Processes = 4,

    /// <summary>Sending a signal to its parent fails.</summary>
    Signals = 8,

    /// <summary>It is not the superuser, and cannot become it.</summary>
    User = 16,

    /// <summary>Its private memory has a limit that the kernel holds.</summary>
    Memory = 32,

    /// <summary>Its threads run only when nobody else wants to.</summary>
    Idle = 64,

    /// <summary>Landlock holds besides, for the thread that runs guests.</summary>
    Landlock = 128,

    /// <summary>Without these no foreign module is run.</summary>
    Needed = Files | Network | Processes | Signals | User | Memory,
}
