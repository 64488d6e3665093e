using System.Globalization;
using EdgeDePin.Sandbox.Confining;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Sandbox.Guests;

/// <summary>The program <c>edgedepin-guest</c>: gives up its rights, then runs one foreign task after the other for the host at its pipes.</summary>
public static class GuestProgram
{
    /// <summary>What the host says when it starts the program: bytes of private memory, and whom to become.</summary>
    /// <returns>0 when the host closed the pipe, 2 when a person started it.</returns>
    public static int Run(string[] arguments)
    {
        if (arguments is not ["serve", string memory, string user]
            || !long.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out long memoryBytes)
            || !uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out uint become))
        {
            Console.Error.WriteLine("edgedepin-guest is started by a node or by 'edgedepin task run', never by hand.");
            return 2;
        }

        // Not the console's streams: they look for terminals, in files.
        using Stream input = Standard(0, FileAccess.Read), output = Standard(1, FileAccess.Write);
        using var engine = new GuestEngine();
        WarmUp.Run(engine);
        Frame.Write(output, FrameKind.Loaded);
        Protections held = Confinement.Confine(memoryBytes, become);
        using var service = new GuestService(engine, output);
        Frame.Write(output, FrameKind.Ready, BitConverter.GetBytes((int)held));

        // Guests run on a thread of their own, so that this one hears at once when the host is gone, and ends the process with the guest.
        var guests = new Thread(service.Run, GuestEngine.StackBytes * 4) { IsBackground = true };
        guests.Start();
        while (Frame.Read(input) is { } frame)
        {
            service.Take(frame);
        }

        Libc.Exit(0);
        return 0;
    }

    private static FileStream Standard(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
