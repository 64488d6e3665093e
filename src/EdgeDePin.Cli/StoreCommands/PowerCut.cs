using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>
/// The store lies on an ext4 of its own, in a file. The victim is frozen, the file system shut down without writing its
/// journal (EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH), and mounted again: what was not flushed is gone, as when the
/// power fails under a card that keeps its promises. Freezing comes first, because a flush that runs beside the shutdown may
/// report success for nothing.
/// </summary>
internal sealed partial class PowerCut : Disaster
{
    private const string DiskSize = "96M";

    /// <summary>_IOR('X', 125, __u32), include/uapi/linux/ext4.h; xfs and f2fs have the same.</summary>
    private const nuint Shutdown = 0x8004587D;
    private const uint WithoutJournal = 2;
    private const int StopSignal = 19;

    /// <summary>So long a system call that had begun may still take.</summary>
    private static readonly TimeSpan Freezing = TimeSpan.FromMilliseconds(20);

    private readonly string _image;
    private readonly string _mount;
    private bool _mounted;

    /// <param name="folder">For the image and the place where it is mounted.</param>
    /// <exception cref="CommandFailure">Not root, or no loop devices here.</exception>
    public PowerCut(string folder)
    {
        (_image, _mount) = (Path.Combine(folder, "disk.ext4"), Path.Combine(folder, "disk"));
        Directory.CreateDirectory(_mount);
        Run("truncate", "-s", DiskSize, _image);
        Run("mkfs.ext4", "-q", "-F", _image);
        Mount();
    }

    public override string Name => "power cut";

    public override string Folder => Path.Combine(_mount, "store");

    public override async Task StrikeAsync(Victim victim)
    {
        victim.Signal(StopSignal);
        await Task.Delay(Freezing);
        // The proof that the cut cuts: of two files, written the same way, only the flushed one may survive.
        WriteMark("flushed", flush: true);
        WriteMark("unflushed", flush: false);
        ShutDown();
        victim.Kill();
        await victim.EndedAsync();
        Run("umount", _mount);
        _mounted = false;
        Mount();
        if (!IsWhole("flushed") || IsWhole("unflushed"))
        {
            throw new CommandFailure(ExitCode.Environment, "The shutdown of the file system did not act as a power cut: what it proves would be nothing.");
        }

        File.Delete(MarkFile("unflushed"));
    }

    public override void Dispose()
    {
        if (_mounted)
        {
            Run("umount", _mount);
        }
    }

    private void Mount()
    {
        Run("mount", "-t", "ext4", "-o", "loop", _image, _mount);
        _mounted = true;
    }

    private void ShutDown()
    {
        // Opened by hand: .NET opens no folder.
        int descriptor = Open(_mount, 0);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (descriptor < 0 || Control(handle, Shutdown, WithoutJournal) != 0)
        {
            throw new CommandFailure(ExitCode.Environment, $"This kernel does not shut a file system down: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    private string MarkFile(string name) => Path.Combine(_mount, name);

    private void WriteMark(string name, bool flush)
    {
        using var file = new FileStream(MarkFile(name), FileMode.Create, FileAccess.Write, FileShare.None);
        file.Write(new byte[4096]);
        file.Flush(flushToDisk: flush);
    }

    private bool IsWhole(string name) => new FileInfo(MarkFile(name)) is { Exists: true, Length: 4096 };

    private static void Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new CommandFailure(ExitCode.Environment, $"{program} {string.Join(' ', arguments)}: {error.Trim()}. Power cuts need root and loop devices.");
            }
        }
        catch (Win32Exception missing)
        {
            throw new CommandFailure(ExitCode.Environment, $"{program} does not start: {missing.Message}. Power cuts need e2fsprogs and mount.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle descriptor, nuint request, in uint flags);
}
