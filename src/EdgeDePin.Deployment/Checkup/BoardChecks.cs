using System.Globalization;
using EdgeDePin.Deployment.Manifests;
using EdgeDePin.Deployment.Manifests.Rules;

namespace EdgeDePin.Deployment.Checkup;

/// <summary>The board itself: its clock, its power, its heat, its buses.</summary>
internal static class BoardChecks
{
    private const int ModuleGroup = 10001;

    // The year this was written; a device without a battery-backed clock starts in 1970 or when its image was made.
    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Raspberry Pi documentation, vcgencmd get_throttled.
    private static readonly (int Bit, string Words)[] Now = [(0, "under-voltage"), (1, "frequency capped"), (2, "throttled"), (3, "too hot")];

    public static IEnumerable<CheckResult> Run(DeviceRoot root, Manifest? manifest, TimeProvider time, Func<string?> askFirmware) =>
        [Clock(root, time), Power(root, askFirmware), Heat(root), .. Buses(root, manifest)];

    private static CheckResult Clock(DeviceRoot root, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool batteryBacked = root.Files("/sys/class/rtc", "rtc*").Any();
        bool synchronised = root.Has("/run/systemd/timesync/synchronized") || root.Has("/run/chrony/chronyd.pid") || root.Has("/run/chronyd.pid");
        return now < Earliest ? new CheckResult("clock", Verdict.Bad, $"it is {now:yyyy-MM-dd HH:mm} here", "Tokens and certificates are refused: run 'timedatectl set-ntp true', or fit a clock with a battery.")
            : synchronised ? new CheckResult("clock", Verdict.Good, $"{now:yyyy-MM-dd HH:mm:ss} UTC, kept by the network")
            : batteryBacked ? new CheckResult("clock", Verdict.Warning, $"{now:yyyy-MM-dd HH:mm:ss} UTC, from the battery-backed clock alone", "Let it reach a time server now and then: 'timedatectl set-ntp true'.")
            : new CheckResult("clock", Verdict.Warning, $"{now:yyyy-MM-dd HH:mm:ss} UTC, and nothing keeps it", "Run 'timedatectl set-ntp true', or fit a clock with a battery.");
    }

    private static CheckResult Power(DeviceRoot root, Func<string?> askFirmware)
    {
        string? text = root.Text("/sys/devices/platform/soc/soc:firmware/get_throttled") ?? askFirmware();
        string hex = (text ?? "").Trim();
        hex = hex[(hex.LastIndexOfAny(['=', 'x']) + 1)..];
        if (!uint.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint bits))
        {
            return new CheckResult("power", Verdict.Skipped, "the firmware does not say (no Raspberry Pi?)");
        }

        string[] now = [.. Now.Where(flag => (bits >> flag.Bit & 1) != 0).Select(flag => flag.Words)];
        string[] before = [.. Now.Where(flag => (bits >> (flag.Bit + 16) & 1) != 0).Select(flag => flag.Words)];
        return now.Length > 0 ? new CheckResult("power", Verdict.Bad, $"now {string.Join(", ", now)}", Remedy(now))
            : before.Length > 0 ? new CheckResult("power", Verdict.Warning, $"since the start: {string.Join(", ", before)}", Remedy(before))
            : new CheckResult("power", Verdict.Good, "never throttled since the start");

        static string Remedy(string[] flags) => flags.Contains("under-voltage")
            ? "Use the supply that belongs to the board, and a short thick cable: cards die of low voltage." : "Give it air or a heat sink.";
    }

    private static CheckResult Heat(DeviceRoot root)
    {
        if (!int.TryParse(root.Text("/sys/class/thermal/thermal_zone0/temp"), NumberStyles.Integer, CultureInfo.InvariantCulture, out int milli))
        {
            return new CheckResult("temperature", Verdict.Skipped, "no thermal zone");
        }

        string detail = string.Create(CultureInfo.InvariantCulture, $"{milli / 1000.0:0.0} °C");
        return milli >= 85_000 ? new CheckResult("temperature", Verdict.Bad, detail, "It throttles: give it air or a heat sink.")
            : milli >= 75_000 ? new CheckResult("temperature", Verdict.Warning, detail, "It throttles at 80 to 85 °C: give it air.")
            : new CheckResult("temperature", Verdict.Good, detail);
    }

    private static IEnumerable<CheckResult> Buses(DeviceRoot root, Manifest? manifest)
    {
        if (manifest is null)
        {
            yield return new CheckResult("buses", Verdict.Skipped, "no manifest says which buses are needed");
            yield break;
        }

        foreach ((string module, string device) in ManifestModules.Of(manifest.Root)
            .SelectMany(module => ContainerRules.Devices(module.Container ?? []).Select(device => (module.Name, device.Host))))
        {
            if (!root.Has(device))
            {
                string remedy = device.StartsWith("/dev/i2c", StringComparison.Ordinal) ? "Add dtparam=i2c_arm=on to config.txt and i2c-dev to /etc/modules, then start again."
                    : device.StartsWith("/dev/serial", StringComparison.Ordinal) || device.StartsWith("/dev/ttyAMA", StringComparison.Ordinal) ? "Add enable_uart=1 to config.txt, then start again." : "Plug it in.";
                yield return new CheckResult("bus", Verdict.Bad, $"{device}, which {module} needs, is not there", remedy);
            }
            else
            {
                yield return Access(root, module, device);
            }
        }
    }

    private static CheckResult Access(DeviceRoot root, string module, string device)
    {
        UnixFileMode mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(root.At(device));
        bool everybody = mode.HasFlag(UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        bool group = mode.HasFlag(UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        return everybody ? new CheckResult("bus", Verdict.Warning, $"every program may use {device}", "Set mode 0660 in /etc/udev/rules.d/60-edgedepin.rules.")
            : group ? new CheckResult("bus", Verdict.Good, $"{device} is there for {module}")
            : new CheckResult("bus", Verdict.Bad, $"{device} is root's alone, and {module} runs as group {ModuleGroup}", "Restore /etc/udev/rules.d/60-edgedepin.rules and run 'udevadm trigger'.");
    }
}
