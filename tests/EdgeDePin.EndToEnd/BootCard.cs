namespace EdgeDePin.EndToEnd;

/// <summary>An image of a card with a FAT boot partition, made, looked at and judged by programs that are not ours (sfdisk, mkfs.vfat, mtools, fsck.vfat).</summary>
internal sealed class BootCard
{
    public const string ConfigTxt = "# For more options see the documentation\n[all]\narm_64bit=1\n";
    public const string CommandLine = "console=serial0,115200 console=tty1 root=PARTUUID=12345678-02 rootfstype=ext4 rootwait";

    private const int StartSector = 2048;

    private readonly string _partition;

    private BootCard(string path, int megabytes) => (Path, Megabytes, _partition) = (path, megabytes, $"{path}@@{StartSector * 512}");

    public string Path { get; }

    public int Megabytes { get; }

    /// <param name="bits">12, 16 or 32.</param>
    public static async Task<BootCard> MakeAsync(string folder, int bits = 32, bool gpt = false)
    {
        ToolCall.Require("sfdisk", "fdisk");
        ToolCall.Require("mkfs.vfat", "dosfstools");
        ToolCall.Require("mcopy", "mtools");
        int megabytes = bits switch { 12 => 8, 16 => 32, _ => 64 };
        var card = new BootCard(System.IO.Path.Combine(folder, $"card-{bits}{(gpt ? "-gpt" : "")}.img"), megabytes);
        await using (FileStream image = File.Create(card.Path))
        {
            image.SetLength((megabytes + 40L) << 20);
        }

        (int code, _, string error) = await ToolCall.TryAsync("sfdisk", ["--quiet", card.Path],
            $"label: {(gpt ? "gpt" : "dos")}\nstart={StartSector}, size={megabytes * 2048}, type={(gpt ? "U" : "c")}\nstart={(megabytes * 2048) + StartSector}, type={(gpt ? "L" : "83")}\n");
        Assert.True(code == 0, error);
        // A sector for a cluster makes small volumes as wide as large ones.
        await ToolCall.RunAsync("mkfs.vfat", "-F", $"{bits}", "-s", bits == 12 ? "8" : bits == 16 ? "4" : "1", "--offset", $"{StartSector}", card.Path, $"{megabytes * 1024}");
        await card.PutAsync("config.txt", ConfigTxt);
        await card.PutAsync("cmdline.txt", CommandLine);
        return card;
    }

    public async Task PutAsync(string name, string text)
    {
        string file = System.IO.Path.GetTempFileName();
        await File.WriteAllTextAsync(file, text);
        await ToolCall.RunAsync("mcopy", "-o", "-i", _partition, file, $"::{name}");
        File.Delete(file);
    }

    public Task<string> ReadAsync(string name) => ToolCall.RunAsync("mtype", "-i", _partition, $"::{name}");

    /// <summary>All files of the partition in a folder.</summary>
    public async Task<string> CopyOutAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await ToolCall.RunAsync("mcopy", "-s", "-n", "-i", _partition, "::*", folder);
        return folder;
    }

    /// <summary>Fills the partition up to the last cluster but some.</summary>
    public async Task FillAsync(int leaveBytes)
    {
        string listing = await ToolCall.RunAsync("mdir", "-i", _partition);
        string free = new([.. listing.Trim().Split('\n')[^1].Where(char.IsAsciiDigit)]);
        string file = System.IO.Path.GetTempFileName();
        await using (FileStream filler = File.Create(file))
        {
            filler.SetLength(long.Parse(free, System.Globalization.CultureInfo.InvariantCulture) - leaveBytes);
        }

        await ToolCall.RunAsync("mcopy", "-i", _partition, file, "::filler");
        File.Delete(file);
    }

    /// <summary>fsck.vfat finds nothing to repair.</summary>
    public async Task IsSoundAsync()
    {
        string partition = Path + ".part";
        await using (FileStream image = File.OpenRead(Path), copy = File.Create(partition))
        {
            image.Seek(StartSector * 512, SeekOrigin.Begin);
            byte[] buffer = new byte[Megabytes << 20];
            await image.ReadExactlyAsync(buffer);
            await copy.WriteAsync(buffer);
        }

        (int code, string output, string error) = await ToolCall.TryAsync("fsck.vfat", ["-n", "-v", partition]);
        Assert.True(code == 0, output + error);
        File.Delete(partition);
    }
}
