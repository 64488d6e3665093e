using System.Diagnostics;

namespace EdgeDePin.Tests.Storage;

/// <summary>An ext4 of its own, in a file; for which one must be root. Where it cannot be mounted the test is skipped, but not in CI.</summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _mounted;

    private LoopDisk()
    {
    }

    public string Path => _folder.Sub("disk");

    private string Image => _folder.Sub("disk.ext4");

    /// <param name="megabytes">At least 4.</param>
    public static LoopDisk Mount(int megabytes, params string[] options)
    {
        var disk = new LoopDisk();
        Directory.CreateDirectory(disk.Path);
        bool made = OperatingSystem.IsLinux() && Run("truncate", "-s", $"{megabytes}M", disk.Image) && Run("mkfs.ext4", "-q", "-F", disk.Image);
        disk._mounted = made && Run("mount", "-t", "ext4", "-o", string.Join(',', ["loop", .. options]), disk.Image, disk.Path);
        if (!disk._mounted)
        {
            disk.Dispose();
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI requires an ext4 on a loop device, and it cannot be mounted here.");
            Assert.Skip("Mounting an ext4 from a file needs root, e2fsprogs and loop devices.");
        }

        return disk;
    }

    /// <summary>The kernel's name of the device, e.g. loop0.</summary>
    public string Device()
    {
        string line = File.ReadLines("/proc/self/mounts").Single(mount => mount.Split(' ')[1] == Path);
        return System.IO.Path.GetFileName(line.Split(' ')[0]);
    }

    /// <summary>Unmounts, repairs as a machine does that starts again, and mounts.</summary>
    public void Restart()
    {
        Assert.True(Run("umount", Path));
        _mounted = false;
        // Exit code 1: errors were found and corrected.
        Run("e2fsck", "-p", "-f", Image);
        _mounted = Run("mount", "-t", "ext4", "-o", "loop", Image, Path);
        Assert.True(_mounted);
    }

    public void Dispose()
    {
        if (_mounted)
        {
            Run("umount", Path);
        }

        _folder.Dispose();
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
