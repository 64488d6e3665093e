using EdgeDePin.Model;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Ledger;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing.Ledger;

public sealed class ReceiptFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("receipts-").FullName;
    private readonly NodeIdentity _self = Some.Identity(2);

    private string Path => System.IO.Path.Combine(_folder, "receipts");

    [Fact]
    public void A_ledger_is_rebuilt_from_its_receipts_alone()
    {
        NodeLedger ledger = Filled();
        using ReceiptFile again = ReceiptFile.Open(Path);
        var rebuilt = new NodeLedger(_self, Some.Site);
        foreach (LedgerEntry entry in again.Entries)
        {
            rebuilt.Take(entry);
        }

        Assert.Equal((ledger.Balance, ledger.Tree.Root, 4), (rebuilt.Balance, rebuilt.Tree.Root, again.Entries.Count));
        Assert.Equal(Verdict.Accepted, rebuilt.Settled(Some.Id(1), Some.Task));
        Assert.Equal(Verdict.Provisional, rebuilt.Settled(Some.Id(1), Some.Task.Next));
    }

    [Fact]
    public void Cut_off_at_any_byte_it_opens_with_what_was_whole()
    {
        Filled();
        byte[] whole = File.ReadAllBytes(Path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            using ReceiptFile file = ReceiptFile.Open(Path);
            Assert.InRange(file.Entries.Count, 0, 3);
        }
    }

    [Fact]
    public void A_bit_that_flipped_within_is_an_error_that_names_the_place()
    {
        Filled();
        byte[] bytes = File.ReadAllBytes(Path);
        bytes[40] ^= 1;
        File.WriteAllBytes(Path, bytes);
        Assert.Contains("byte 0: entry 0 is damaged", Assert.Throws<InvalidDataException>(() => ReceiptFile.Open(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_with_a_gap_or_a_wrong_sum_is_no_log()
    {
        var ledger = new NodeLedger(_self, Some.Site);
        LedgerEntry.Debit debit = ledger.Pay(Some.Id(1), Some.Receipt(), 10, isChecked: true, 50)!;
        Assert.Throws<InvalidDataException>(() => ledger.Take(debit));
        Assert.Throws<InvalidDataException>(() => new NodeLedger(_self, Some.Site).Take(debit with { Cumulative = 51 }));
        Assert.Throws<InvalidDataException>(() => new NodeLedger(_self, Some.Site).Take(debit with { Number = 1 }));
    }

    public void Dispose()
    {
        _self.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private NodeLedger Filled()
    {
        var ledger = new NodeLedger(_self, Some.Site);
        using NodeIdentity anna = Some.Identity(1);
        LedgerEntry[] entries =
        [
            ledger.Pay(Some.Id(1), Some.Receipt(), 10, isChecked: true, 50)!,
            ledger.Hold(Some.Id(1), Some.Receipt(task: Some.Task.Next), 10, 19),
            ledger.Book(anna.NodeId, Voucher.Seal(anna, Some.Site, _self.NodeId, 1, 70), Voucher.MaxCumulative, out _)!,
            ledger.Strike(Some.Id(1), Some.Task.Next.Next, Digest.Of([1])),
        ];
        Assert.Null(ledger.Pay(Some.Id(1), Some.Receipt(), 10, isChecked: true, 50));
        Assert.Equal(20, ledger.Balance);
        using ReceiptFile file = ReceiptFile.Open(Path);
        file.Append(entries);
        return ledger;
    }
}
