using System.Globalization;

namespace EdgeDePin.Deployment.Checkup;

/// <summary>Is there room, and is the card well?</summary>
internal static class StorageChecks
{
    private const long LittleBytes = 1L << 30;
    private const long TooLittleBytes = 100L << 20;

    public static IEnumerable<CheckResult> Run(DeviceRoot root) => [Disk(root), Mount(root), .. Errors(root), .. Wear(root), Memory(root)];

    private static CheckResult Disk(DeviceRoot root)
    {
        string place = root.At(root.Has("/var/lib") ? "/var/lib" : "/");
        try
        {
            var drive = new DriveInfo(place);
            long free = drive.AvailableFreeSpace;
            string detail = $"{free >> 20} MiB of {drive.TotalSize >> 20} MiB free";
            return free < TooLittleBytes ? new CheckResult("disk", Verdict.Bad, detail, "The store will soon drop old data: lower Store:QuotaMegabytes, or take a larger card.")
                : free < LittleBytes && free < drive.TotalSize / 10 ? new CheckResult("disk", Verdict.Warning, detail, "Lower Store:QuotaMegabytes, or clean old images with 'podman image prune'.")
                : new CheckResult("disk", Verdict.Good, detail);
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return new CheckResult("disk", Verdict.Bad, $"cannot be asked: {error.Message}", "Check that the path exists.");
        }
    }

    // A kernel that meets errors on a card makes it read-only, and everything seems to go on.
    private static CheckResult Mount(DeviceRoot root)
    {
        string? line = root.Text("/proc/mounts")?.Split('\n').FirstOrDefault(mount => mount.Split(' ') is [_, "/", ..]);
        return line is null ? new CheckResult("card-writable", Verdict.Skipped, "no /proc/mounts")
            : line.Split(' ') is [var device, _, var kind, var options, ..] && options.Split(',').Contains("ro") && kind is not ("squashfs" or "overlay" or "erofs")
            ? new CheckResult("card-writable", Verdict.Bad, $"{device} is read-only", "The kernel has found errors on it: copy the data away and take another card.")
            : new CheckResult("card-writable", Verdict.Good, "the root file system is writable");
    }

    private static IEnumerable<CheckResult> Errors(DeviceRoot root)
    {
        foreach (string folder in root.Files("/sys/fs/ext4", "*"))
        {
            if (long.TryParse(root.Text($"{folder}/errors_count"), NumberStyles.Integer, CultureInfo.InvariantCulture, out long errors))
            {
                string name = folder[(folder.LastIndexOf('/') + 1)..];
                yield return errors > 0
                    ? new CheckResult("card-errors", Verdict.Bad, $"{name}: {errors} errors since the last fsck", "Run fsck at the next start (touch /forcefsck); if they return, take another card.")
                    : new CheckResult("card-errors", Verdict.Good, $"{name}: none");
            }
        }
    }

    // JEDEC eMMC 5.0, registers 267–269: life in steps of 10 %, and a warning before the end. SD cards have no such register.
    private static IEnumerable<CheckResult> Wear(DeviceRoot root)
    {
        foreach (string device in root.Files("/sys/block", "mmcblk*").Where(name => !name.Contains("boot", StringComparison.Ordinal)))
        {
            string name = device[(device.LastIndexOf('/') + 1)..];
            string[] life = (root.Text($"{device}/device/life_time") ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            int worst = life.Select(text => text.StartsWith("0x", StringComparison.Ordinal) && int.TryParse(text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int tenths) ? tenths : 0).DefaultIfEmpty(0).Max();
            string end = (root.Text($"{device}/device/pre_eol_info") ?? "").Trim();
            if (worst == 0)
            {
                yield return new CheckResult("card-wear", Verdict.Skipped, $"{name} does not tell its wear");
            }
            else if (worst >= 11 || end is "0x03")
            {
                yield return new CheckResult("card-wear", Verdict.Bad, $"{name} is past its rated life", "Replace it before it fails.");
            }
            else
            {
                yield return worst >= 9 || end is "0x02"
                    ? new CheckResult("card-wear", Verdict.Warning, $"{name} has used up to {worst * 10} % of its life", "Plan to replace it.")
                    : new CheckResult("card-wear", Verdict.Good, $"{name} has used up to {worst * 10} % of its life");
            }
        }
    }

    private static CheckResult Memory(DeviceRoot root)
    {
        Dictionary<string, long> amounts = (root.Text("/proc/meminfo") ?? "").Split('\n').Select(line => line.Split((char[])[':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length >= 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        if (!amounts.TryGetValue("MemTotal", out long total) || !amounts.TryGetValue("MemAvailable", out long available))
        {
            return new CheckResult("memory", Verdict.Skipped, "no /proc/meminfo");
        }

        string detail = $"{available >> 10} MiB of {total >> 10} MiB available";
        bool limits = root.Text("/sys/fs/cgroup/cgroup.controllers") is not { } controllers || controllers.Contains("memory", StringComparison.Ordinal);
        return available < total / 20 ? new CheckResult("memory", Verdict.Bad, detail, "Something takes too much: see 'podman stats'.")
            : !limits ? new CheckResult("memory", Verdict.Warning, "the kernel keeps no memory limits for containers", "Add cgroup_enable=memory to cmdline.txt and start again; 'edgedepin flash' does.")
            : new CheckResult("memory", Verdict.Good, detail);
    }
}
